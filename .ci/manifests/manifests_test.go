// Package manifests holds what "evenkeel submit" renders against the types of those
// who will read it: Kubernetes' own, and those of the AWS SDK. They are a module of
// their own, so that the program needs neither.
package manifests

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

var program = flag.String("evenkeel", "", "the program; built from the tree when not given")

// evenkeel runs the program and returns what it prints.
func evenkeel(t *testing.T, args ...string) []byte {
	t.Helper()
	if *program == "" {
		room, err := os.MkdirTemp("", "evenkeel") // for all tests: see .ci/manifests/run
		require.NoError(t, err)
		*program = filepath.Join(room, "evenkeel")
		build := exec.Command("go", "build", "-o", *program, "./cmd/evenkeel")
		build.Dir = filepath.Join("..", "..")
		out, err := build.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(*program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	return stdout.Bytes()
}

// hard is a text that needs quoting everywhere.
const hard = `account.cash="1e5" # 'x': [y] {z} <&> \ é`

func TestKubernetes(t *testing.T) {
	text := evenkeel(t, "submit", "kubernetes", "/data/experiment.yaml", "--out", "/data/sweep", "--tasks", "8", "--parallelism", "3",
		"--image", "registry.example/evenkeel@sha256:0123", "--claim", "shared", "--namespace", "research", "--cpus", "2500m", "--mem", "6Gi", "--set", hard, "--retries", "4")
	documents := bytes.Split(text, []byte("\n---\n"))
	require.Len(t, documents, 2)
	var jobs [2]batchv1.Job
	for i, d := range documents {
		require.NoError(t, yaml.UnmarshalStrict(d, &jobs[i]), string(d))
		require.Equal(t, "batch/v1", jobs[i].APIVersion)
		require.Equal(t, "Job", jobs[i].Kind)
		require.Equal(t, "research", jobs[i].Namespace)
		checkPod(t, &jobs[i])
		wrong := bytes.Replace(d, []byte("backoffLimit"), []byte("backofLimit"), 1)
		require.Error(t, yaml.UnmarshalStrict(wrong, new(batchv1.Job)), "the decoding is strict")
	}
	sweep, merge := jobs[0].Spec, jobs[1].Spec
	require.Equal(t, "experiment", jobs[0].Name)
	require.Equal(t, "experiment-merge", jobs[1].Name)
	require.Equal(t, batchv1.IndexedCompletion, *sweep.CompletionMode)
	require.EqualValues(t, []int32{8, 3, 4}, []int32{*sweep.Completions, *sweep.Parallelism, *sweep.BackoffLimitPerIndex})
	container := sweep.Template.Spec.Containers[0]
	require.Equal(t, []string{"sweep", "/data/experiment.yaml", "--out", "/data/sweep", "--failed-points-ok", "--set", hard}, container.Args)
	require.Equal(t, []corev1.EnvVar{{Name: "EVENKEEL_SHARDS", Value: "8"}}, container.Env)
	require.EqualValues(t, 2500, container.Resources.Limits.Cpu().MilliValue())
	require.EqualValues(t, 6<<30, container.Resources.Requests.Memory().Value())
	require.Equal(t, []batchv1.PodFailurePolicyAction{"Ignore", "Ignore", "FailIndex"}, actions(sweep.PodFailurePolicy))
	require.Equal(t, []int32{75}, sweep.PodFailurePolicy.Rules[1].OnExitCodes.Values)
	require.Equal(t, []int32{1, 2, 3, 6, 70}, sweep.PodFailurePolicy.Rules[2].OnExitCodes.Values)
	require.Nil(t, merge.CompletionMode)
	require.Equal(t, []batchv1.PodFailurePolicyAction{"Ignore", "Ignore", "FailJob"}, actions(merge.PodFailurePolicy))
	require.Equal(t, []string{"merge", "/data/sweep", "--wait", "168h0m0s"}, merge.Template.Spec.Containers[0].Args)
}

func actions(p *batchv1.PodFailurePolicy) (all []batchv1.PodFailurePolicyAction) {
	for _, r := range p.Rules {
		all = append(all, r.Action)
	}
	return all
}

// checkPod holds a job against what the API server demands of one, as far as types
// do not say it: pod failure policies need Never and name a container that is there,
// exit codes are in order, each once, without 0; mounts name volumes.
func checkPod(t *testing.T, job *batchv1.Job) {
	t.Helper()
	spec := job.Spec.Template.Spec
	require.Equal(t, corev1.RestartPolicyNever, spec.RestartPolicy)
	require.Len(t, spec.Containers, 1)
	require.True(t, *spec.SecurityContext.RunAsNonRoot)
	for _, r := range job.Spec.PodFailurePolicy.Rules {
		require.True(t, (r.OnExitCodes == nil) != (len(r.OnPodConditions) == 0))
		if r.OnExitCodes == nil {
			require.Equal(t, []batchv1.PodFailurePolicyOnPodConditionsPattern{{Type: "DisruptionTarget", Status: "True"}}, r.OnPodConditions)
			continue
		}
		require.Equal(t, spec.Containers[0].Name, *r.OnExitCodes.ContainerName)
		require.Equal(t, batchv1.PodFailurePolicyOnExitCodesOpIn, r.OnExitCodes.Operator)
		codes := slices.Compact(slices.Sorted(slices.Values(r.OnExitCodes.Values)))
		require.Equal(t, codes, r.OnExitCodes.Values)
		require.NotContains(t, codes, int32(0))
	}
	require.Equal(t, spec.Volumes[0].Name, spec.Containers[0].VolumeMounts[0].Name)
	require.Equal(t, "/data", spec.Containers[0].VolumeMounts[0].MountPath)
	require.Equal(t, "shared", spec.Volumes[0].PersistentVolumeClaim.ClaimName)
	for k, v := range job.Spec.Template.Labels {
		require.Equal(t, v, job.Labels[k])
	}
}

// requests decodes what was written for AWS Batch into the SDK's types. Their
// fields are the API's with a capital letter, which JSON does not mind.
func requests(t *testing.T, args ...string) (d batch.RegisterJobDefinitionInput, array, merge batch.SubmitJobInput) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "jobs")
	evenkeel(t, append([]string{"submit", "aws-batch", "/data/experiment.yaml", "--out", "/data/sweep", "--image", "evenkeel:1", "--queue", "spot", "--jobs", dir}, args...)...)
	for name, into := range map[string]any{"definition.json": &d, "array.json": &array, "merge.json": &merge} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		strict := json.NewDecoder(bytes.NewReader(b))
		strict.DisallowUnknownFields()
		require.NoError(t, strict.Decode(into), string(b))
		require.Error(t, decodeStrict(bytes.Replace(b, []byte(`ob`), []byte(`obb`), 1), name), "the decoding is strict")
	}
	return d, array, merge
}

func decodeStrict(b []byte, name string) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if name == "definition.json" {
		return d.Decode(new(batch.RegisterJobDefinitionInput))
	}
	return d.Decode(new(batch.SubmitJobInput))
}

func TestAWSBatch(t *testing.T) {
	d, array, merge := requests(t, "--tasks", "50", "--file-system", "fs-0123", "--set", hard, "--cpus", "4", "--mem", "8192", "--attempts", "7", "--timeout", "2h", "--fargate", "--execution-role", "arn:aws:iam::1:role/x")
	require.Equal(t, types.JobDefinitionTypeContainer, d.Type)
	require.Equal(t, []types.PlatformCapability{types.PlatformCapabilityFargate}, d.PlatformCapabilities)
	require.EqualValues(t, 7, *d.RetryStrategy.Attempts)
	require.EqualValues(t, 7200, *d.Timeout.AttemptDurationSeconds)
	require.LessOrEqual(t, len(d.RetryStrategy.EvaluateOnExit), 5, "the service takes five")
	for _, e := range d.RetryStrategy.EvaluateOnExit {
		require.Contains(t, e.Action.Values(), e.Action)
	}
	require.Equal(t, "75", *d.RetryStrategy.EvaluateOnExit[1].OnExitCode)
	c := d.ContainerProperties
	for _, r := range c.ResourceRequirements {
		require.Contains(t, r.Type.Values(), r.Type)
	}
	require.Equal(t, "fs-0123", *c.Volumes[0].EfsVolumeConfiguration.FileSystemId)
	require.Contains(t, types.EFSTransitEncryption("").Values(), c.Volumes[0].EfsVolumeConfiguration.TransitEncryption)
	require.Equal(t, *c.Volumes[0].Name, *c.MountPoints[0].SourceVolume)

	require.EqualValues(t, 50, *array.ArrayProperties.Size)
	require.Equal(t, *d.JobDefinitionName, *array.JobDefinition)
	require.Equal(t, []string{"sweep", "/data/experiment.yaml", "--out", "/data/sweep", "--failed-points-ok", "--set", hard}, array.ContainerOverrides.Command)
	require.Equal(t, *d.JobDefinitionName, *merge.JobDefinition)
	require.Equal(t, []string{"merge", "/data/sweep"}, merge.ContainerOverrides.Command)
	require.Nil(t, merge.ArrayProperties)

	d, _, _ = requests(t, "--host-path", "/mnt/shared")
	require.Equal(t, "/mnt/shared", *d.ContainerProperties.Volumes[0].Host.SourcePath)
	require.Nil(t, d.Timeout)
}

// The script sends the requests in order, and the merge waits for the array.
func TestAWSScript(t *testing.T) {
	dir := t.TempDir()
	evenkeel(t, "submit", "aws-batch", "/data/experiment.yaml", "--out", "/data/sweep", "--image", "evenkeel:1", "--queue", "spot", "--host-path", "/mnt", "--jobs", filepath.Join(dir, "jobs"))
	aws := "#!/bin/sh\necho \"$@\" >>\"" + dir + "/calls\"\n[ -e \"${5#file://}\" ] || [ -e \"${4#file://}\" ]\ncase \"$*\" in *--query*) echo 1234-5678;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "aws"), []byte(aws), 0o755))
	cmd := exec.Command("sh", filepath.Join(dir, "jobs", "submit.sh"))
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, err)
	require.Equal(t, []string{
		"batch register-job-definition --cli-input-json file://definition.json",
		"batch submit-job --cli-input-json file://array.json --query jobId --output text",
		"batch submit-job --cli-input-json file://merge.json --depends-on jobId=1234-5678",
	}, strings.Split(strings.TrimSpace(string(calls)), "\n"))
}
