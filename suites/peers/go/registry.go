package peers

import (
	"reflect"
	"runtime"
	"strings"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

var named = []any{
	ReleaseWorkflow, ReleaseWorkflowHardened,
	IntegrationTestWorkflow, IntegrationTestWorkflowBounded,
	EmbeddingBatchWorkflow,
	BookTrip, ValidatePullRequest, CheckPullRequest, NightlyCleanup, DeployApproval,
	Nap, Approval,
	Failures, Deadline, Cleanup, SameTask, Nested, Batch, Condition, Fan, Recorded, Local, Sessions,
	Kid, Family, Strangers, Countdown, Stubborn, Timers, Tick, Noted, Errand, Votes,
}

func functionName(function any) string {
	name := runtime.FuncForPC(reflect.ValueOf(function).Pointer()).Name()
	return name[strings.LastIndex(name, ".")+1:]
}

// Register gives a worker or a replayer all workflows, by the names that those in C have, but for
// the ones in instead: those are played in the place of their namesakes.
func Register(registry worker.WorkflowRegistry, instead map[string]any) {
	for _, function := range named {
		name := functionName(function)
		if other := instead[name]; other != nil {
			function = other
		}
		registry.RegisterWorkflowWithOptions(function, workflow.RegisterOptions{Name: name})
	}
}
