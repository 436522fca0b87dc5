package peers

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

func quiet() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func histories(t *testing.T, pattern string) []string {
	folder := os.Getenv("REHEARSE_HISTORIES")
	if folder == "" {
		t.Skip("REHEARSE_HISTORIES names no folder of histories; ci/peers makes one")
	}
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func forEachHistory(t *testing.T, pattern string, test func(t *testing.T, file string)) {
	for _, file := range histories(t, pattern) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) { test(t, file) })
	}
}

// read knows every field, in contrast to the replayer, which ignores what it does not know.
func read(t *testing.T, file string) *historypb.History {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	history := &historypb.History{}
	require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: false}.Unmarshal(text, history))
	return history
}

// ---- what the Go workflow did while it was replayed ---------------------------------------------

type call struct {
	activity string
	options  workflow.ActivityOptions
	args     []any
}

// recorder keeps the calls and the end of the last replay of each workflow: every replay starts the
// workflow once, from its history's first event.
type recorder struct {
	interceptor.WorkerInterceptorBase
	calls  []call
	ended  bool
	result any
	err    error
}

func (r *recorder) InterceptWorkflow(_ workflow.Context,
	next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	r.calls, r.ended, r.result, r.err = nil, false, nil, nil
	in := &recorderIn{recorder: r}
	in.Next = next
	return in
}

type recorderIn struct {
	interceptor.WorkflowInboundInterceptorBase
	recorder *recorder
}

func (in *recorderIn) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &recorderOut{recorder: in.recorder}
	out.Next = next
	return in.Next.Init(out)
}

func (in *recorderIn) ExecuteWorkflow(ctx workflow.Context,
	input *interceptor.ExecuteWorkflowInput) (any, error) {
	result, err := in.Next.ExecuteWorkflow(ctx, input)
	in.recorder.ended, in.recorder.result, in.recorder.err = true, result, err
	return result, err
}

type recorderOut struct {
	interceptor.WorkflowOutboundInterceptorBase
	recorder *recorder
}

func (out *recorderOut) ExecuteActivity(ctx workflow.Context, activity string,
	args ...any) workflow.Future {
	future := out.Next.ExecuteActivity(ctx, activity, args...)
	if future.IsReady() && errors.Is(future.Get(ctx, nil), workflow.ErrSessionFailed) {
		return future // not even asked for
	}
	out.recorder.calls = append(out.recorder.calls,
		call{activity, workflow.GetActivityOptions(ctx), args})
	return future
}

func newReplayer(t *testing.T, recorder *recorder) worker.WorkflowReplayer {
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		Interceptors: []interceptor.WorkerInterceptor{recorder},
	})
	require.NoError(t, err)
	Register(replayer, nil)
	return replayer
}

// ---- what the history says ----------------------------------------------------------------------

func equalDuration(t *testing.T, field string, want *durationpb.Duration, got fmt.Stringer) {
	require.Equal(t, want.AsDuration().String(), got.String(), field)
}

// A field that the workflow left unset may have been filled in by the server.
func requireSameCall(t *testing.T, event *historypb.ActivityTaskScheduledEventAttributes, c call) {
	require.Equal(t, event.ActivityType.Name, c.activity)
	o := c.options
	if o.StartToCloseTimeout != 0 {
		equalDuration(t, "start to close", event.StartToCloseTimeout, o.StartToCloseTimeout)
	}
	if o.ScheduleToCloseTimeout != 0 {
		equalDuration(t, "schedule to close", event.ScheduleToCloseTimeout, o.ScheduleToCloseTimeout)
	}
	if o.ScheduleToStartTimeout != 0 {
		equalDuration(t, "schedule to start", event.ScheduleToStartTimeout, o.ScheduleToStartTimeout)
	}
	equalDuration(t, "heartbeat", event.HeartbeatTimeout, o.HeartbeatTimeout)
	if policy := o.RetryPolicy; policy != nil {
		if policy.InitialInterval != 0 {
			equalDuration(t, "interval", event.RetryPolicy.InitialInterval, policy.InitialInterval)
		}
		if policy.MaximumInterval != 0 {
			equalDuration(t, "maximum", event.RetryPolicy.MaximumInterval, policy.MaximumInterval)
		}
		if policy.BackoffCoefficient != 0 {
			require.Equal(t, event.RetryPolicy.BackoffCoefficient, policy.BackoffCoefficient)
		}
		require.Equal(t, event.RetryPolicy.MaximumAttempts, policy.MaximumAttempts)
		require.Equal(t, event.RetryPolicy.NonRetryableErrorTypes, policy.NonRetryableErrorTypes)
	}
	args, err := converter.GetDefaultDataConverter().ToPayloads(c.args...)
	require.NoError(t, err)
	require.Len(t, event.Input.GetPayloads(), len(args.GetPayloads()))
	for i, payload := range event.Input.GetPayloads() {
		require.Equal(t, string(args.Payloads[i].Data), string(payload.Data))
	}
}

func requireSameCalls(t *testing.T, history *historypb.History, calls []call) {
	i := 0
	for _, event := range history.Events {
		if event.EventType != enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED {
			continue
		}
		require.Less(t, i, len(calls))
		requireSameCall(t, event.GetActivityTaskScheduledEventAttributes(), calls[i])
		i++
	}
	require.Len(t, calls, i)
}

// ---- what differs -------------------------------------------------------------------------------

// chain is a failure without what depends on the SDK that wrote it: source and stack trace.
func chain(failure *failurepb.Failure) string {
	failure = proto.Clone(failure).(*failurepb.Failure)
	for f := failure; f != nil; f = f.Cause {
		f.Source, f.StackTrace = "", ""
	}
	return regexp.MustCompile(`\s+`).ReplaceAllString(protojson.Format(failure), " ")
}

// A Go worker notes in the history which of its newer habits a run relies on. That waits cancel
// their timers our histories note themselves; that scopes are canceled in the order they were begun
// is noted here. Without the note they are replayed by the older habit, which has no order.
var habits = map[string][]uint32{"Nested": {9}}

func setHabits(history *historypb.History, flags []uint32) {
	for _, event := range history.Events {
		if done := event.GetWorkflowTaskCompletedEventAttributes(); done != nil {
			done.SdkMetadata = nil
			if flags != nil {
				done.SdkMetadata = &sdkpb.WorkflowTaskCompletedMetadata{LangUsedFlags: flags}
				return
			}
		}
	}
}

// execution is the run that a history is of: its workflow may use its id.
func execution(history *historypb.History) workflow.Execution {
	first := history.Events[0].GetWorkflowExecutionStartedEventAttributes()
	return workflow.Execution{ID: first.WorkflowId, RunID: first.OriginalExecutionRunId}
}

func workflowType(history *historypb.History) string {
	return history.Events[0].GetWorkflowExecutionStartedEventAttributes().WorkflowType.Name
}

// ---- tests --------------------------------------------------------------------------------------

// Our histories are canonical proto3 JSON with no field that the protocol does not have, and the
// numbers of their events refer to events that exist and came before.
func TestHistoriesAreWellFormed(t *testing.T) {
	forEachHistory(t, "*.json", func(t *testing.T, file string) {
		history := read(t, file)
		for i, event := range history.Events {
			require.EqualValues(t, i+1, event.EventId)
			require.NotNil(t, event.EventTime)
			require.NotNil(t, event.Attributes, event.EventType)
		}
	})
}

// So are those of workflow files; each of their activities is scheduled, started and closed once, in
// this order.
func TestHistoriesOfWorkflowFilesAreWellFormed(t *testing.T) {
	forEachHistory(t, "files/*.json", func(t *testing.T, file string) {
		history := read(t, file)
		state := map[int64]string{}
		next := func(scheduled int64, from, to string) {
			require.Equal(t, from, state[scheduled])
			state[scheduled] = to
		}
		for i, event := range history.Events {
			require.EqualValues(t, i+1, event.EventId)
			require.NotNil(t, event.EventTime)
			require.NotNil(t, event.Attributes, event.EventType)
			if done := event.GetActivityTaskScheduledEventAttributes(); done != nil {
				next(event.EventId, "", "scheduled")
				require.NotEmpty(t, done.ActivityId)
			} else if done := event.GetActivityTaskStartedEventAttributes(); done != nil {
				next(done.ScheduledEventId, "scheduled", "started")
			} else if done := event.GetActivityTaskCompletedEventAttributes(); done != nil {
				next(done.ScheduledEventId, "started", "closed")
			} else if done := event.GetActivityTaskFailedEventAttributes(); done != nil {
				next(done.ScheduledEventId, "started", "closed")
				require.NotEmpty(t, done.Failure.Message)
			} else if done := event.GetActivityTaskTimedOutEventAttributes(); done != nil {
				next(done.ScheduledEventId, "started", "closed")
			}
		}
	})
}

// The Go SDK replays our histories with equal workflows in Go: the same commands in the same order,
// with the same options and arguments, and the same end.
func TestGoReplaysOurHistories(t *testing.T) {
	recorder := &recorder{}
	replayer := newReplayer(t, recorder)
	forEachHistory(t, "*.json", func(t *testing.T, file string) {
		history := read(t, file)
		if flags := habits[workflowType(history)]; flags != nil {
			setHabits(history, flags)
		}
		require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(quiet(), history,
			worker.ReplayWorkflowHistoryOptions{OriginalExecution: execution(history)}))
		last := history.Events[len(history.Events)-1]
		if recorder.calls != nil {
			requireSameCalls(t, history, recorder.calls)
		}
		switch last.EventType {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
			require.NoError(t, recorder.err)
			ours := last.GetWorkflowExecutionCompletedEventAttributes().Result
			theirs, err := converter.GetDefaultDataConverter().ToPayloads(recorder.result)
			require.NoError(t, err)
			if ours != nil || recorder.result != nil {
				result := string(ours.GetPayloads()[0].Data)
				if result == "" { // null, as an activity gave it: in Go the empty string
					result = `""`
				}
				require.Equal(t, string(theirs.Payloads[0].Data), result)
			}
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
			require.Error(t, recorder.err)
			theirs := temporal.GetDefaultFailureConverter().ErrorToFailure(recorder.err)
			ours := last.GetWorkflowExecutionFailedEventAttributes().Failure
			require.Equal(t, chain(theirs), chain(ours))
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
			var canceled *temporal.CanceledError
			require.True(t, errors.As(recorder.err, &canceled))
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
			var continued *workflow.ContinueAsNewError
			require.True(t, errors.As(recorder.err, &continued))
			ours := last.GetWorkflowExecutionContinuedAsNewEventAttributes()
			require.Equal(t, ours.WorkflowType.Name, continued.WorkflowType.Name)
			require.Equal(t, string(ours.Input.Payloads[0].Data),
				string(continued.Input.Payloads[0].Data))
		default:
			require.False(t, recorder.ended, "the Go workflow ended, and ours did not")
		}
	})
}

// ---- what must be refused -----------------------------------------------------------------------

// The note in our histories matters: without it Go does not cancel the timer of a wait.
func TestWaitsNeedTheirNote(t *testing.T) {
	for _, name := range []string{"Batch.two", "Condition.met"} {
		history := read(t, histories(t, name+".json")[0])
		setHabits(history, nil)
		err := newReplayer(t, &recorder{}).ReplayWorkflowHistory(quiet(), history)
		require.ErrorContains(t, err, "attempt to handleCanceledEvent, CommandType: Timer")
	}
}

func replayAs(t *testing.T, name string, changed any, file string) error {
	replayer := worker.NewWorkflowReplayer()
	replayer.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: name})
	return replayer.ReplayWorkflowHistoryFromJSONFile(quiet(), file)
}

// The controls: workflows that differ from what the history tells are refused, so that the replays
// above prove something.
func TestGoRefusesChangedWorkflows(t *testing.T) {
	happy := histories(t, "ReleaseWorkflow.happy.json")[0]
	require.NoError(t, replayAs(t, "ReleaseWorkflow", ReleaseWorkflow, happy))
	for name, changed := range map[string]func(workflow.Context, ReleaseParams) (string, error){
		"another order": func(ctx workflow.Context, params ReleaseParams) (string, error) {
			ctx = withOptions(ctx, releaseStep)
			linux := workflow.ExecuteActivity(ctx, "BuildMacOS", params, "amd64")
			workflow.ExecuteActivity(ctx, "BuildLinux", params)
			return "", linux.Get(ctx, nil)
		},
		"a step less": func(ctx workflow.Context, params ReleaseParams) (string, error) {
			ctx = withOptions(ctx, releaseStep)
			workflow.ExecuteActivity(ctx, "BuildLinux", params)
			return "", workflow.ExecuteActivity(ctx, "BuildMacOS", params, "amd64").Get(ctx, nil)
		},
		"a timer more": func(ctx workflow.Context, params ReleaseParams) (string, error) {
			workflow.NewTimer(ctx, 1)
			return ReleaseWorkflow(ctx, params)
		},
		"another end": func(ctx workflow.Context, params ReleaseParams) (string, error) {
			if _, err := ReleaseWorkflow(ctx, params); err != nil {
				return "", err
			}
			return "", errors.New("no")
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := replayAs(t, "ReleaseWorkflow", changed, happy)
			require.Error(t, err)
		})
	}
}
