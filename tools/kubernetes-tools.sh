#!/bin/bash
# Builds helm and kubectl-validate, which the chart's tests use, with Go; about five minutes.
set -euo pipefail
command -v go > /dev/null || { echo "kubernetes-tools: needs Go 1.26 or newer" >&2; exit 1; }
PATH=$PATH:$(go env GOPATH)/bin
command -v helm > /dev/null || go install helm.sh/helm/v3/cmd/helm@v3.22.0
command -v kubectl-validate > /dev/null || go install sigs.k8s.io/kubectl-validate@v0.0.4
