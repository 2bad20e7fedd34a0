package engine

// AWS is a sweep as an array job of AWS Batch and a job that depends on it and
// merges what its children leave.
type AWS struct {
	Sweep
	Image      string
	Queue      string
	FileSystem string // of EFS, fs-...; "": HostPath is used
	HostPath   string // a shared folder of the instances; "": FileSystem is used
	Mount      string // where the containers find it
	CPUs       string // of a container: 4
	Memory     string // of a container, in MiB: 8192
	Fargate    bool
	JobRole    string // ARN; "" for none
	Execution  string // ARN of the execution role, which Fargate needs; "" for none
	Attempts   int    // of a child, 1 to 10
	Timeout    int    // of an attempt, in seconds; 0: none
}

// Requests are what the service is to be asked for, in order. Fields are those of
// the service's API and are written as "aws ... --cli-input-json" takes them.
type Requests struct {
	Definition Definition
	Array      Submission
	Merge      Submission // its dependency, the array's id, is known when that is submitted
}

// Requests makes them. A task is tried again when it was stopped (75), when its
// machine was taken away and when the folder was in use (5); other ends are final.
func (x *AWS) Requests() Requests {
	return Requests{x.definition(), x.array(), x.merge()}
}

func (x *AWS) definition() Definition {
	v := Volume{Name: "shared"}
	if x.FileSystem != "" {
		v.EFS = &EFS{FileSystemID: x.FileSystem, TransitEncryption: "ENABLED"}
	} else {
		v.Host = &Host{SourcePath: x.HostPath}
	}
	d := Definition{
		Name: x.Name, Type: "container",
		Platforms: []string{"EC2"},
		Container: Container{
			Image: x.Image, Command: append([]string{}, x.mergeArgs()...), User: "65532",
			ReadOnlyRoot: true,
			Resources:    []Resource{{"VCPU", x.CPUs}, {"MEMORY", x.Memory}},
			Volumes:      []Volume{v},
			Mounts:       []Mount{{SourceVolume: "shared", ContainerPath: x.Mount}},
			JobRole:      x.JobRole, ExecutionRole: x.Execution,
		},
		Retry: Retry{Attempts: x.Attempts, Evaluate: []Evaluate{
			{OnStatusReason: "Host EC2*", Action: "RETRY"},
			{OnExitCode: "75", Action: "RETRY"},
			{OnExitCode: "5", Action: "RETRY"},
			{OnReason: "*", Action: "EXIT"},
		}},
	}
	if x.Fargate {
		d.Platforms = []string{"FARGATE"}
	}
	if x.Timeout > 0 {
		d.Timeout = &Timeout{x.Timeout}
	}
	return d
}

func (x *AWS) array() Submission {
	return Submission{
		Name: x.Name, Queue: x.Queue, Definition: x.Name,
		Array:     &Array{x.Tasks},
		Overrides: Overrides{Command: x.sweepArgs()},
	}
}

func (x *AWS) merge() Submission {
	return Submission{Name: x.Name + "-merge", Queue: x.Queue, Definition: x.Name, Overrides: Overrides{Command: x.mergeArgs()}}
}

// Definition is the request RegisterJobDefinition, as far as it is used.
type Definition struct {
	Name      string    `json:"jobDefinitionName"`
	Type      string    `json:"type"`
	Platforms []string  `json:"platformCapabilities"`
	Container Container `json:"containerProperties"`
	Retry     Retry     `json:"retryStrategy"`
	Timeout   *Timeout  `json:"timeout,omitempty"`
}

// Container is ContainerProperties.
type Container struct {
	Image         string     `json:"image"`
	Command       []string   `json:"command"`
	User          string     `json:"user"`
	ReadOnlyRoot  bool       `json:"readonlyRootFilesystem"`
	Resources     []Resource `json:"resourceRequirements"`
	Volumes       []Volume   `json:"volumes"`
	Mounts        []Mount    `json:"mountPoints"`
	JobRole       string     `json:"jobRoleArn,omitempty"`
	ExecutionRole string     `json:"executionRoleArn,omitempty"`
}

// Resource is ResourceRequirement.
type Resource struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Volume is Volume.
type Volume struct {
	Name string `json:"name"`
	Host *Host  `json:"host,omitempty"`
	EFS  *EFS   `json:"efsVolumeConfiguration,omitempty"`
}

// Host is a folder of the instance.
type Host struct {
	SourcePath string `json:"sourcePath"`
}

// EFS is EFSVolumeConfiguration.
type EFS struct {
	FileSystemID      string `json:"fileSystemId"`
	TransitEncryption string `json:"transitEncryption"`
}

// Mount is MountPoint.
type Mount struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
}

// Retry is RetryStrategy: the first condition that fits decides.
type Retry struct {
	Attempts int        `json:"attempts"`
	Evaluate []Evaluate `json:"evaluateOnExit"`
}

// Evaluate is EvaluateOnExit.
type Evaluate struct {
	OnExitCode     string `json:"onExitCode,omitempty"`
	OnReason       string `json:"onReason,omitempty"`
	OnStatusReason string `json:"onStatusReason,omitempty"`
	Action         string `json:"action"`
}

// Timeout is JobTimeout.
type Timeout struct {
	Seconds int `json:"attemptDurationSeconds"`
}

// Submission is the request SubmitJob, as far as it is used.
type Submission struct {
	Name       string    `json:"jobName"`
	Queue      string    `json:"jobQueue"`
	Definition string    `json:"jobDefinition"`
	Array      *Array    `json:"arrayProperties,omitempty"`
	Overrides  Overrides `json:"containerOverrides"`
}

// Array is ArrayProperties.
type Array struct {
	Size int `json:"size"`
}

// Overrides is ContainerOverrides.
type Overrides struct {
	Command []string `json:"command"`
}
