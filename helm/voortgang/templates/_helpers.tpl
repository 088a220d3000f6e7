{{/* Names and labels. */}}
{{- define "voortgang.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "voortgang.selector" -}}
app.kubernetes.io/name: voortgang
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "voortgang.labels" -}}
{{ include "voortgang.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: voortgang
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* The services that this mode runs, as a JSON list. */}}
{{- define "voortgang.services" -}}
{{- if eq .Values.mode "standalone" }}["standalone"]
{{- else }}{{ .Files.Get "files/graph.yaml" | fromYaml | keys | sortAlpha | toJson }}{{ end }}
{{- end }}

{{/* What a service calls, as a JSON list. (dict "root" $ "service" name) */}}
{{- define "voortgang.peers" -}}
{{- $graph := .root.Files.Get "files/graph.yaml" | fromYaml }}
{{- index $graph .service | default list | toJson }}
{{- end }}

{{/* A service's settings: its own over the defaults, as JSON. */}}
{{- define "voortgang.settings" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .service | default dict)) | toJson }}
{{- end }}

{{- define "voortgang.image" -}}
{{- $digest := index .root.Values.image.digests .service }}
{{- $name := printf "%s-%s" .root.Values.image.repository .service }}
{{- if $digest }}{{ $name }}@{{ $digest }}
{{- else }}{{ $name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* What every pod is: restricted, and without a token for the cluster's API. */}}
{{- define "voortgang.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . }}{{ end }}
{{- end }}
{{- end }}

{{- define "voortgang.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Flags that every server takes. */}}
{{- define "voortgang.args" -}}
- --listen=0.0.0.0:50051
- --admin-listen=0.0.0.0:50052
- --http-listen=0.0.0.0:8080
- --log-severity={{ .Values.log.severity }}
- --drain-delay={{ .Values.drain.delay }}
- --drain-budget={{ .Values.drain.budget }}
- --cache-bytes={{ int64 .Values.cache.bytes }}
{{- if or .Values.access.principals .Values.access.existingConfigMap }}
- --principals=/etc/voortgang/access/principals.yaml
{{- else if not .Values.access.open }}
{{- fail "say who may call: access.principals, access.existingConfigMap, or access.open=true for everybody" }}
{{- end }}
{{- if .Values.tls.existingSecret }}
- --tls-cert=/etc/voortgang/tls/tls.crt
- --tls-key=/etc/voortgang/tls/tls.key
{{- if .Values.tls.clientCertificates }}
- --tls-client-ca=/etc/voortgang/tls/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{- define "voortgang.ports" -}}
- {name: grpc, containerPort: 50051}
- {name: admin, containerPort: 50052}
- {name: http, containerPort: 8080}
{{- end }}

{{/* Liveness asks after nothing but the process; readiness after what it depends on. */}}
{{- define "voortgang.probes" -}}
startupProbe:
  grpc: {port: 50052, service: liveness}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  grpc: {port: 50052, service: readiness}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
livenessProbe:
  grpc: {port: 50052, service: liveness}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/* An environment variable from a secret's key `url`. (dict "name" … "secret" …) */}}
{{- define "voortgang.urlFrom" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: {name: {{ .secret }}, key: url}
{{- end }}

{{- define "voortgang.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if or .Values.access.principals .Values.access.existingConfigMap }}
- {name: access, mountPath: /etc/voortgang/access, readOnly: true}
{{- end }}
{{- if .Values.access.tokenSecret }}
- {name: token, mountPath: /etc/voortgang/token, readOnly: true}
{{- end }}
{{- if .Values.tls.existingSecret }}
- {name: tls, mountPath: /etc/voortgang/tls, readOnly: true}
{{- end }}
{{- end }}

{{- define "voortgang.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- if or .Values.access.principals .Values.access.existingConfigMap }}
- name: access
  configMap:
    name: {{ .Values.access.existingConfigMap | default (printf "%s-principals" (include "voortgang.name" .)) }}
{{- end }}
{{- if .Values.access.tokenSecret }}
- name: token
  secret: {secretName: {{ .Values.access.tokenSecret }}, defaultMode: 0440}
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: tls
  secret: {secretName: {{ .Values.tls.existingSecret }}, defaultMode: 0440}
{{- end }}
{{- end }}
