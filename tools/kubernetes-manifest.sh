#!/bin/bash
# Writes deploy/kubernetes/voortgang.yaml from the chart, for those without Helm; --print writes to standard output.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:$HOME/go/bin

render() {
  echo "# Written by tools/kubernetes-manifest.sh from helm/voortgang and deploy/kubernetes/values.yaml; do not edit."
  echo "# kubectl create namespace voortgang; kubectl apply -n voortgang -f voortgang.yaml"
  # Without Helm a test that runs once and is removed is of no use.
  helm template voortgang helm/voortgang --namespace voortgang --kube-version 1.30.0 --skip-tests \
    --values deploy/kubernetes/values.yaml
}
if [ "${1:-}" = --print ]; then render; else render > deploy/kubernetes/voortgang.yaml; fi
