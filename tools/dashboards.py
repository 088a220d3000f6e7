#!/usr/bin/env python3
"""Writes the Grafana dashboards of helm/voortgang/files/grafana from the list below; --check says whether they are up to date.

A panel is its title, unit, and queries with their legends. Grafana's own format is thirty times as long.
"""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "helm/voortgang/files/grafana"
RATE = "$__rate_interval"

# id: (title, variables by name with the metric whose label they are, rows of panels)
DASHBOARDS = {
    "service": ("Service", {"job": "voortgang_ready"}, [
        [("Ready", "short", [('voortgang_ready{job=~"$job"}', "{{job}} {{instance}}")]),
         ("Calls per second", "reqps",
          [(f'sum by (grpc_service) (rate(grpc_server_handled_total{{job=~"$job"}}[{RATE}])) > 0', "{{grpc_service}}")]),
         ("Calls that the service failed", "percentunit",
          [(f'sum by (grpc_service) (rate(grpc_server_handled_total{{job=~"$job",grpc_code=~"Unknown|DeadlineExceeded|'
            f'ResourceExhausted|Internal|Unavailable|DataLoss"}}[{RATE}])) / sum by (grpc_service) '
            f'(rate(grpc_server_handled_total{{job=~"$job"}}[{RATE}]))', "{{grpc_service}}")])],
        [("Time of single calls, 99 in 100 are quicker", "s",
          [(f'histogram_quantile(0.99, sum by (grpc_service, le) (rate(grpc_server_handling_seconds_bucket{{job=~"$job",'
            f'grpc_type="unary"}}[{RATE}])))', "{{grpc_service}}")]),
         ("Calls by method", "reqps",
          [(f'topk(12, sum by (grpc_method) (rate(grpc_server_handled_total{{job=~"$job"}}[{RATE}])) > 0)',
            "{{grpc_method}}")]),
         ("Answers by code", "reqps",
          [(f'sum by (grpc_code) (rate(grpc_server_handled_total{{job=~"$job"}}[{RATE}])) > 0', "{{grpc_code}}")])],
        [("Threads at work", "short",
          [('sum by (executor) (voortgang_executor_active{job=~"$job"})', "{{executor}}")]),
         ("Calls that wait for a thread", "short",
          [('sum by (executor) (voortgang_executor_queue_length{job=~"$job"})', "{{executor}}")]),
         ("Calls refused because the queue is full", "reqps",
          [(f'sum by (executor) (rate(voortgang_executor_rejected_total{{job=~"$job"}}[{RATE}]))', "{{executor}}")])],
        [("Processor", "percentunit",
          [(f'rate(process_cpu_seconds_total{{job=~"$job"}}[{RATE}])', "{{job}} {{instance}}")]),
         ("Memory", "bytes", [('process_resident_memory_bytes{job=~"$job"}', "{{job}} {{instance}}")]),
         ("Open descriptors and threads", "short",
          [('process_open_fds{job=~"$job"}', "descriptors {{instance}}"),
           ('process_threads{job=~"$job"}', "threads {{instance}}")])],
        [("Versions", "short", [('count by (version, revision) (voortgang_build_info)', "{{version}} {{revision}}")]),
         ("Dependencies", "short",
          [('min by (service, dependency) (voortgang_dependency_up)', "{{service}} on {{dependency}}")]),
         ("Principals file is current", "short",
          [('voortgang_principals_current{job=~"$job"}', "{{job}} {{instance}}")]),
         ("Certificates end in", "s",
          [('voortgang_certificate_not_after_timestamp_seconds{job=~"$job"} - time()', "{{job}} {{option}} {{instance}}")])],
    ]),
    "database": ("Database", {"service": "voortgang_database_connections_limit"}, [
        [("Transactions per second", "ops",
          [(f'sum by (service, kind) (rate(voortgang_database_transaction_seconds_count{{service=~"$service"}}[{RATE}]))',
            "{{service}} {{kind}}")]),
         ("Time of a transaction, 99 in 100 are quicker", "s",
          [(f'histogram_quantile(0.99, sum by (service, kind, le) '
            f'(rate(voortgang_database_transaction_seconds_bucket{{service=~"$service"}}[{RATE}])))',
            "{{service}} {{kind}}")]),
         ("Mean time of a transaction", "s",
          [(f'sum by (service, kind) (rate(voortgang_database_transaction_seconds_sum{{service=~"$service"}}[{RATE}])) / '
            f'sum by (service, kind) (rate(voortgang_database_transaction_seconds_count{{service=~"$service"}}[{RATE}]))',
            "{{service}} {{kind}}")])],
        [("Connections in use, of those allowed", "percentunit",
          [('sum by (service) (voortgang_database_connections_in_use{service=~"$service"}) / '
            'sum by (service) (voortgang_database_connections_limit{service=~"$service"})', "{{service}}")]),
         ("Callers that wait for a connection", "short",
          [('sum by (service) (voortgang_database_waiting{service=~"$service"})', "{{service}}")]),
         ("Open connections that rest", "short",
          [('sum by (service) (voortgang_database_connections_idle{service=~"$service"})', "{{service}}")])],
        [("Transactions run again", "ops",
          [(f'sum by (service) (rate(voortgang_database_retries_total{{service=~"$service"}}[{RATE}]))', "{{service}}")]),
         ("Transactions not answered", "ops",
          [(f'sum by (service) (rate(voortgang_database_unavailable_total{{service=~"$service"}}[{RATE}]))', "{{service}}")]),
         ("Connections that broke", "ops",
          [(f'sum by (service) (rate(voortgang_database_connections_lost_total{{service=~"$service"}}[{RATE}]))',
            "{{service}}")])],
    ]),
    "cache": ("Cache", {"job": "voortgang_cache_entries"}, [
        [("Questions by outcome", "ops",
          [(f'sum by (result) (rate(voortgang_cache_requests_total{{job=~"$job"}}[{RATE}]))', "{{result}}")]),
         ("Answered from the cache", "percentunit",
          [(f'sum by (job) (rate(voortgang_cache_requests_total{{job=~"$job",result="hit"}}[{RATE}])) / '
            f'sum by (job) (rate(voortgang_cache_requests_total{{job=~"$job",result=~"hit|miss"}}[{RATE}]))', "{{job}}")]),
         ("Works without the shared cache", "short",
          [('voortgang_cache_degraded{job=~"$job"}', "{{job}} {{instance}}")])],
        [("Entries in memory", "short", [('voortgang_cache_entries{job=~"$job"}', "{{job}} {{instance}}")]),
         ("Memory of the cache", "bytes", [('voortgang_cache_bytes{job=~"$job"}', "{{job}} {{instance}}")])],
    ]),
    "feeds": ("Feeds", {"consumer": "voortgang_feed_connected"}, [
        [("Entries behind", "short",
          [('max by (consumer, feed) (voortgang_feed_lag_entries{consumer=~"$consumer"})', "{{consumer}} on {{feed}}")]),
         ("Entries taken in per second", "ops",
          [(f'sum by (consumer, feed) (rate(voortgang_feed_entries_total{{consumer=~"$consumer"}}[{RATE}]))',
            "{{consumer}} on {{feed}}")])],
        [("Connected", "short",
          [('max by (consumer, feed) (voortgang_feed_connected{consumer=~"$consumer"})', "{{consumer}} on {{feed}}")]),
         ("Times the stream broke", "ops",
          [(f'sum by (consumer, feed) (rate(voortgang_feed_breaks_total{{consumer=~"$consumer"}}[{RATE}]))',
            "{{consumer}} on {{feed}}")])],
    ]),
    "programme": ("Programme", {}, [
        [("Responses by outcome", "ops",
          [(f'sum by (outcome) (rate(voortgang_survey_responses_total[{RATE}]))', "{{outcome}}")]),
         ("Responses so far, by wave", "short",
          [('max by (wave) (voortgang_survey_wave_responses)', "{{wave}}")]),
         ("Units of a wave that responded", "percentunit",
          [('max by (wave) (voortgang_survey_wave_units_responded) / max by (wave) (voortgang_survey_wave_units)',
            "{{wave}}")])],
        [("School programmes by outcome", "ops",
          [(f'sum by (outcome) (rate(voortgang_catalogue_filings_total[{RATE}]))', "{{outcome}}")]),
         ("Amounts computed", "ops",
          [(f'sum by (outcome) (rate(voortgang_funding_amounts_total[{RATE}]))', "{{outcome}}")]),
         ("Imports into the registry", "ops",
          [(f'sum by (outcome) (rate(voortgang_registry_imports_total[{RATE}]))', "{{outcome}}")])],
        [("Cents by which the ledger is out of balance", "short", [('max(voortgang_funding_unbalanced_cents)', "cents")]),
         ("Cents by which planned payments differ from the ledger", "short",
          [('max(voortgang_funding_unplanned_cents)', "cents")]),
         ("Transactions of the bank", "ops",
          [(f'sum by (outcome) (rate(voortgang_funding_bank_transactions_total[{RATE}]))', "{{outcome}}")])],
        [("Figures hidden to protect schools and people", "percentunit",
          [('sum(voortgang_indicators_cells_total{outcome="suppressed"}) / sum(voortgang_indicators_cells_total)',
            "of all figures asked for")]),
         ("Editions published", "short", [('sum(voortgang_report_editions_published_total)', "editions")])],
    ]),
}

SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def panel(number, title, unit, queries, x, y, width):
    return {
        "id": number, "title": title, "type": "timeseries", "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": width, "h": 8},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0, "custom": {"fillOpacity": 10, "showPoints": "never"}},
                        "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [{"refId": chr(ord("A") + i), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
                    for i, (expression, legend) in enumerate(queries)],
    }


def variable(name, metric):
    return {"name": name, "type": "query", "datasource": SOURCE, "query": f"label_values({metric}, {name})",
            "refresh": 2, "multi": True, "includeAll": True, "allValue": ".*", "sort": 1,
            "current": {"text": "All", "value": "$__all"}}


def dashboard(key):
    title, variables, rows = DASHBOARDS[key]
    panels = []
    for row, entries in enumerate(rows):
        width = 24 // len(entries)
        for column, (name, unit, queries) in enumerate(entries):
            panels.append(panel(len(panels) + 1, name, unit, queries, column * width, row * 8, width))
    source = {"name": "datasource", "type": "datasource", "query": "prometheus", "current": {}}
    return {
        "uid": f"voortgang-{key}", "title": f"Voortgang: {title}", "tags": ["voortgang"], "schemaVersion": 38,
        "editable": False, "refresh": "30s", "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [source] + [variable(*item) for item in variables.items()]},
        "panels": panels,
    }


def main():
    stale = []
    for key in DASHBOARDS:
        path = FOLDER / f"{key}.json"
        text = json.dumps(dashboard(key), indent=1) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"run tools/dashboards.py: {', '.join(stale)} is not what it writes")


if __name__ == "__main__":
    main()
