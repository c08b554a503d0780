{{- define "citydesk.labels" -}}
app.kubernetes.io/part-of: citydesk
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "citydesk.pick" -}}
app.kubernetes.io/part-of: citydesk
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Base URLs of a pool's servers, one each: the application chooses among them. Given: root, role. */}}
{{- define "citydesk.urls" -}}
{{- $name := printf "%s-vllm-%s" .root.Release.Name .role -}}
{{- $pool := index .root.Values.vllm.pools .role -}}
{{- range $n := until (int $pool.replicas) -}}
{{- if $n }},{{ end -}}
http://{{ $name }}-{{ $n }}.{{ $name }}:{{ $pool.port }}/v1
{{- end -}}
{{- end -}}

{{- define "citydesk.tight" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
{{- end -}}
