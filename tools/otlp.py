#!/usr/bin/env python3
"""Makes traces of access logs: JSON lines of any number of services on standard input, OTLP in JSON on standard output, one
request a line, as a collector takes it (POST to /v1/traces).

    cat *.log | tools/otlp.py | while read -r request; do
      curl -s -H 'Content-Type: application/json' -d "$request" http://localhost:4318/v1/traces; done
"""

import json
import sys
from datetime import datetime

BATCH = 500  # Spans in a request.
SERVER = 2  # opentelemetry.proto.trace.v1.Span.SpanKind
ERROR = 2  # opentelemetry.proto.trace.v1.Status.StatusCode
# What the service could not do; what its callers did wrong is no error of a server's span.
FAILED = {"Unknown", "DeadlineExceeded", "Unimplemented", "Internal", "Unavailable", "DataLoss"}


def attribute(key, value):
    return {"key": key, "value": {"stringValue": str(value)}}


def nanoseconds(time):
    """Since 1970, of "2026-11-28T04:23:17.730545Z"."""
    moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000


def span(line):
    service, method = line["method"].strip("/").split("/")
    end = nanoseconds(line["time"])
    made = {
        "traceId": line["trace_id"], "spanId": line["span_id"], "name": f"{service}/{method}", "kind": SERVER,
        "startTimeUnixNano": str(end - int(line["duration_ms"] * 10**6)), "endTimeUnixNano": str(end),
        "attributes": [attribute("rpc.system", "grpc"), attribute("rpc.service", service), attribute("rpc.method", method),
                       attribute("rpc.grpc.status", line["code"]), attribute("request_id", line["request_id"]),
                       attribute("enduser.id", line["caller"]), attribute("network.peer.address", line["peer"])],
        "status": {"code": ERROR, "message": line.get("error", "")} if line["code"] in FAILED else {},
    }
    if "parent_span_id" in line:
        made["parentSpanId"] = line["parent_span_id"]
    return made


def request(spans):
    """Spans by service, as one ExportTraceServiceRequest."""
    return {"resourceSpans": [
        {"resource": {"attributes": [attribute("service.name", service)]},
         "scopeSpans": [{"scope": {"name": "voortgang"}, "spans": made}]} for service, made in spans.items()]}


def main():
    spans, count = {}, 0
    for text in sys.stdin:
        try:
            line = json.loads(text)
        except ValueError:
            continue  # Not of ours.
        if not isinstance(line, dict) or line.get("message") != "call" or "span_id" not in line:
            continue
        spans.setdefault(line["service"], []).append(span(line))
        count += 1
        if count == BATCH:
            print(json.dumps(request(spans)))
            spans, count = {}, 0
    if spans:
        print(json.dumps(request(spans)))


if __name__ == "__main__":
    main()
