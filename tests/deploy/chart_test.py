#!/usr/bin/env python3
"""The chart: what it renders is safe, complete and true to the programs. Needs helm (tools/kubernetes-tools.sh).

    chart_test.py BIN       BIN is the folder of the suite's programs
"""

import re
import sys
import unittest
from pathlib import Path

import yaml

from tools import CHART, CI_VALUES, ROOT, need, objects_of, render, run

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")
GRAPH = yaml.safe_load((CHART / "files/graph.yaml").read_text(encoding="utf-8"))
WORKLOADS = {"Deployment", "StatefulSet", "Job", "Pod"}


def template_of(thing):
    return thing if thing["kind"] == "Pod" else thing["spec"]["template"]


def containers_of(thing):
    spec = template_of(thing)["spec"]
    return spec.get("initContainers", []) + spec["containers"]


def component(thing):
    return thing["metadata"]["labels"].get("app.kubernetes.io/component")


def selects(selector, labels):
    """Whether a label selector picks these labels."""
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In", expression
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


class TheGraph(unittest.TestCase):
    def test_is_what_the_services_wire(self):
        wired = {}
        for service in GRAPH:
            text = (ROOT / f"services/{service}/wiring.cc").read_text(encoding="utf-8")
            wired[service] = set(re.findall(r'ClientOf<[^>]+>\(\s*"(\w+)"\)', text)) | set(
                re.findall(r'\.Peer\("(\w+)"', text))
        self.assertEqual(wired, {service: set(peers) for service, peers in GRAPH.items()})

    def test_only_looks_up(self):
        above = set()
        for service, peers in GRAPH.items():
            self.assertLessEqual(set(peers), above, f"{service} may call those above it only")
            above.add(service)


class EveryRendering(unittest.TestCase):
    def each(self):
        return [render(values) for values in CI_VALUES]

    def test_lints(self):
        for values in CI_VALUES:
            done = run("helm", "lint", "--strict", "--kube-version", "1.30.0", CHART, "--values", values)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_runs_restricted(self):
        for things in self.each():
            for thing in objects_of(things, *WORKLOADS):
                pod = template_of(thing)["spec"]
                where = f"{thing['kind']} {thing['metadata']['name']}"
                self.assertIs(pod["automountServiceAccountToken"], False, where)
                self.assertIs(pod["securityContext"]["runAsNonRoot"], True, where)
                self.assertEqual(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault", where)
                for key in ("hostNetwork", "hostPID", "hostIPC"):
                    self.assertNotIn(key, pod, where)
                for volume in pod.get("volumes", []):
                    self.assertLessEqual(set(volume), {"name", "configMap", "secret", "emptyDir"}, where)
                for container in containers_of(thing):
                    security = container["securityContext"]
                    self.assertIs(security["allowPrivilegeEscalation"], False, where)
                    self.assertIs(security["readOnlyRootFilesystem"], True, where)
                    self.assertEqual(security["capabilities"], {"drop": ["ALL"]}, where)
                    self.assertIn("memory", container["resources"]["limits"], where)
                    self.assertNotIn("cpu", container["resources"]["limits"], where)
                    self.assertTrue(container["resources"]["requests"], where)

    def test_makes_no_secret(self):
        for things in self.each():
            self.assertEqual(objects_of(things, "Secret"), [])

    def test_has_native_probes_that_ask_after_dependencies_only_for_readiness(self):
        for things in self.each():
            for thing in objects_of(things, "Deployment", "StatefulSet"):
                for container in containers_of(thing):
                    asked = {probe: container[probe]["grpc"]["service"]
                             for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
                    self.assertEqual(asked, {"startupProbe": "liveness", "readinessProbe": "readiness",
                                             "livenessProbe": "liveness"})

    def test_gives_flags_that_the_programs_know(self):
        for things in self.each():
            for thing in objects_of(things, *WORKLOADS):
                for container in containers_of(thing):
                    program = re.search(r"voortgang-(\w+)[@:]", container["image"])[1]
                    path = BIN / ("voortgang" if program == "cli" else f"voortgang-{program}")
                    known = run(path, "--help").stdout
                    for argument in container["args"]:
                        flag = argument.split("=")[0]
                        self.assertRegex(known, rf"(?m)[ ,]{re.escape(flag)}\b", f"{path.name} {argument}")

    def test_gives_time_to_drain(self):
        for things in self.each():
            for thing in objects_of(things, "Deployment", "StatefulSet"):
                flags = dict(a.split("=", 1) for a in containers_of(thing)[0]["args"] if "=" in a)
                needed = sum(int(flags[f].rstrip("s")) for f in ("--drain-delay", "--drain-budget"))
                self.assertGreater(template_of(thing)["spec"]["terminationGracePeriodSeconds"], needed)

    def test_selects_the_pods_it_means(self):
        for things in self.each():
            pods = [template_of(t)["metadata"]["labels"] for t in objects_of(things, "Deployment", "StatefulSet")]
            for service in objects_of(things, "Service"):
                chosen = [p for p in pods if selects({"matchLabels": service["spec"]["selector"]}, p)]
                self.assertEqual(len(chosen), 1, service["metadata"]["name"])
                self.assertEqual(service["spec"]["clusterIP"], "None", "callers go round the pods themselves")
            for budget in objects_of(things, "PodDisruptionBudget"):
                self.assertEqual(len([p for p in pods if selects(budget["spec"]["selector"], p)]), 1)


class TheNetwork(unittest.TestCase):
    def policies(self, values):
        things = render(CHART / "ci" / values)
        return things, objects_of(things, "NetworkPolicy")

    def test_denies_what_nothing_allows(self):
        for values in CI_VALUES:
            things, policies = self.policies(values.name)
            closed = [p for p in policies if "ingress" not in p["spec"] and "egress" not in p["spec"]]
            for thing in objects_of(things, *WORKLOADS):
                labels = template_of(thing)["metadata"]["labels"]
                self.assertTrue(any(selects(p["spec"]["podSelector"], labels) and
                                    p["spec"]["policyTypes"] == ["Ingress", "Egress"] for p in closed),
                                f"{values.name}: nothing closes {thing['metadata']['name']}")

    def test_is_the_graph_and_nothing_else(self):
        """Both ends allow a call exactly where the graph has it."""
        things, policies = self.policies("everything-values.yaml")
        pods = {component(t): template_of(t)["metadata"]["labels"] for t in objects_of(things, "Deployment")}
        self.assertEqual(set(pods), set(GRAPH))

        def allowed(of, to, direction, ends):
            for policy in policies:
                if not selects(policy["spec"]["podSelector"], pods[of]):
                    continue
                for rule in policy["spec"].get(direction, []):
                    if {"port": "grpc"} in rule.get("ports", []) and any(
                            selects(end["podSelector"], pods[to]) for end in rule[ends] if "podSelector" in end):
                        return True
            return False

        for caller in GRAPH:
            for called in GRAPH:
                wanted = called in GRAPH[caller]
                self.assertEqual(allowed(caller, called, "egress", "to"), wanted, f"{caller} out to {called}")
                self.assertEqual(allowed(called, caller, "ingress", "from"), wanted, f"{called} in from {caller}")

    def test_lets_services_reach_names_database_and_cache_alone(self):
        _, policies = self.policies("everything-values.yaml")
        for policy in policies:
            if policy["metadata"]["labels"].get("app.kubernetes.io/component") not in GRAPH:
                continue
            ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
            self.assertLessEqual(ports, {53, 5432, 6379, 26379, "grpc"})
            for rule in policy["spec"]["egress"]:
                self.assertTrue(rule.get("to"), "with database.to and cache.to given, every way out has an end")

    def test_keeps_a_standalone_pod_in(self):
        _, policies = self.policies("standalone-values.yaml")
        own = [p for p in policies if component(p) == "standalone"]
        self.assertEqual([p["spec"]["egress"] for p in own], [[]])


class ASuite(unittest.TestCase):
    def setUp(self):
        self.things = render(CHART / "ci/everything-values.yaml")

    def test_calls_the_peers_of_the_graph(self):
        for thing in objects_of(self.things, "Deployment"):
            flags = dict(a.split("=", 1) for a in containers_of(thing)[0]["args"] if "=" in a)
            peers = dict(p.split("=") for p in flags.get("--peers", "").split(",") if p)
            self.assertEqual(set(peers), set(GRAPH[component(thing)]))
            names = {s["metadata"]["name"] for s in objects_of(self.things, "Service")}
            for address in peers.values():
                self.assertIn(address.split(":")[0], names)

    def test_migrates_before_it_rolls_out(self):
        jobs = objects_of(self.things, "Job")
        self.assertEqual(len(jobs), len(GRAPH))
        for job in jobs:
            self.assertEqual(job["metadata"]["annotations"]["helm.sh/hook"], "pre-install,pre-upgrade")
            self.assertEqual(containers_of(job)[0]["args"], ["--migrations=only"])
        for thing in objects_of(self.things, "Deployment"):
            self.assertIn("--migrations=check", containers_of(thing)[0]["args"])

    def test_loses_no_pod_before_another_is_ready(self):
        for thing in objects_of(self.things, "Deployment"):
            self.assertEqual(thing["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0)
            keys = {c["topologyKey"] for c in template_of(thing)["spec"]["topologySpreadConstraints"]}
            self.assertEqual(keys, {"topology.kubernetes.io/zone", "kubernetes.io/hostname"})

    def test_leaves_replicas_to_whoever_scales(self):
        scaled = {h["spec"]["scaleTargetRef"]["name"] for h in objects_of(self.things, "HorizontalPodAutoscaler")}
        for thing in objects_of(self.things, "Deployment"):
            self.assertNotEqual("replicas" in thing["spec"], thing["metadata"]["name"] in scaled)
        budgets = {b["metadata"]["name"] for b in objects_of(self.things, "PodDisruptionBudget")}
        self.assertEqual(budgets, {t["metadata"]["name"] for t in objects_of(self.things, "Deployment")})

    def test_ships_the_tested_rules_and_dashboards(self):
        rules = yaml.safe_load((CHART / "files/prometheus/rules.yaml").read_text(encoding="utf-8"))
        (shipped,) = objects_of(self.things, "PrometheusRule")
        text = yaml.safe_dump(shipped["spec"]).replace("https://runbooks.example.org",
                                                       "https://example.org/voortgang/deploy/runbooks")
        self.assertEqual(yaml.safe_load(text), rules)
        files = {p.name: p.read_text(encoding="utf-8") for p in (CHART / "files/grafana").glob("*.json")}
        shipped = {}
        for config in objects_of(self.things, "ConfigMap"):
            shipped.update(config["data"])
        self.assertEqual(shipped, files)
        (monitor,) = objects_of(self.things, "ServiceMonitor")
        for service in objects_of(self.things, "Service"):
            self.assertTrue(selects(monitor["spec"]["selector"], service["metadata"]["labels"]))
            self.assertIn(monitor["spec"]["endpoints"][0]["port"], [p["name"] for p in service["spec"]["ports"]])


class Refusals(unittest.TestCase):
    def refused(self, *settings):
        flags = [flag for setting in settings for flag in ("--set", setting)]
        done = run("helm", "template", "x", CHART, "--kube-version", "1.30.0", *flags)
        self.assertNotEqual(done.returncode, 0, f"{settings} should be refused")
        return done.stderr

    def test_of_a_suite_that_nobody_closed(self):
        self.assertIn("say who may call", self.refused("database.existingSecret=x"))

    def test_of_a_suite_without_a_database(self):
        self.assertIn("database.existingSecret", self.refused("access.open=true"))

    def test_of_what_it_does_not_know(self):
        self.assertIn("survye", self.refused("services.survye.replicas=2"))
        self.assertIn("replica", self.refused("services.survey.replica=2"))


class ThePlainManifest(unittest.TestCase):
    def test_is_what_the_chart_renders(self):
        done = run(ROOT / "tools/kubernetes-manifest.sh", "--print")
        self.assertEqual(done.returncode, 0, done.stderr)
        kept = (ROOT / "deploy/kubernetes/voortgang.yaml").read_text(encoding="utf-8")
        self.assertEqual(kept, done.stdout, "run tools/kubernetes-manifest.sh")


if __name__ == "__main__":
    need("helm")
    unittest.main()
