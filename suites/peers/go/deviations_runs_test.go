package peers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// Deviations that have to do with runs: children, runs that follow, what happens at the same time.

func TestCronOfAChildStartsAtOnce(t *testing.T) {
	var starts []time.Duration
	env := newEnv()
	begin := env.Now()
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
		starts = append(starts, workflow.Now(ctx).Sub(begin).Truncate(time.Second))
		return nil
	}, workflow.RegisterOptions{Name: "Child"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			CronSchedule: "@every 1h", ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_TERMINATE})
		workflow.ExecuteChildWorkflow(ctx, "Child")
		return workflow.Sleep(ctx, 150*time.Minute)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, time.Duration(0), starts[0])
}

func TestRunsOfAChildAreNotSpaced(t *testing.T) {
	var starts []time.Duration
	env := newEnv()
	begin := env.Now()
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context, left int) error {
		starts = append(starts, workflow.Now(ctx).Sub(begin).Truncate(time.Second))
		if left > 0 {
			return workflow.NewContinueAsNewError(ctx, "Child", left-1)
		}
		return nil
	}, workflow.RegisterOptions{Name: "Child"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{})
		return workflow.ExecuteChildWorkflow(ctx, "Child", 2).Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []time.Duration{0, 0, 0}, starts)
}

func TestRunTimeoutIsOfAnotherType(t *testing.T) {
	env := newEnv()
	env.SetWorkflowRunTimeout(time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) })
	var timeout *temporal.TimeoutError
	require.ErrorAs(t, env.GetWorkflowError(), &timeout)
	require.Equal(t, enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, timeout.TimeoutType())
}

func TestRunTimeoutOfAChildIsIgnored(t *testing.T) {
	require.NoError(t, playChild(workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Minute},
		func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) }))
}

func TestPolicyAndScheduleOfStartOptionsAreIgnored(t *testing.T) {
	runs := 0
	env := newEnv()
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{
		RetryPolicy:  &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 3},
		CronSchedule: "0 * * * *"})
	env.ExecuteWorkflow(func(workflow.Context) error {
		runs++
		return errors.New("no")
	})
	require.Error(t, env.GetWorkflowError())
	require.Equal(t, 1, runs)
}

func TestContinueAsNewEndsTheTest(t *testing.T) {
	runs := 0
	env := newEnv()
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context, left int) error {
		runs++
		return workflow.NewContinueAsNewError(ctx, "Chain", left-1)
	}, workflow.RegisterOptions{Name: "Chain"})
	env.ExecuteWorkflow("Chain", 2)
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &next)
	require.Equal(t, 1, runs)
}

// orderOfEqualMocks plays activities that all take a minute, and returns how they closed.
func orderOfEqualMocks(t *testing.T) string {
	order := ""
	env := newEnv()
	names := []string{"A", "B", "C", "D", "E", "F", "G", "H"}
	for _, name := range names {
		register(env, name, func() error { return nil })
	}
	for _, name := range names {
		env.OnActivity(name).After(time.Minute).Return(nil)
	}
	env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		order += info.ActivityType.Name
	})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
		var calls []workflow.Future
		for _, name := range names {
			calls = append(calls, workflow.ExecuteActivity(ctx, name))
		}
		for _, call := range calls {
			if err := call.Get(ctx, nil); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	return order
}

func TestWhatIsDueTogetherComesInAnyOrder(t *testing.T) {
	orders := map[string]bool{}
	for i := 0; i < 100 && len(orders) < 2; i++ {
		orders[orderOfEqualMocks(t)] = true
	}
	require.Len(t, orders, 2)
}

// Its code goes no further, and nobody hears of it, whether or not the policy says that it is
// terminated.
func TestNobodyHearsOfAChildThatIsLeft(t *testing.T) {
	for _, policy := range []enumspb.ParentClosePolicy{
		enumspb.PARENT_CLOSE_POLICY_UNSPECIFIED, enumspb.PARENT_CLOSE_POLICY_TERMINATE} {
		heard, woke := false, false
		env := newEnv()
		env.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
			err := workflow.Sleep(ctx, time.Hour)
			woke = true
			return err
		}, workflow.RegisterOptions{Name: "Child"})
		env.SetOnChildWorkflowCompletedListener(
			func(*workflow.Info, converter.EncodedValue, error) { heard = true })
		env.SetOnChildWorkflowCanceledListener(func(*workflow.Info) { heard = true })
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			ctx = workflow.WithChildOptions(ctx,
				workflow.ChildWorkflowOptions{ParentClosePolicy: policy})
			child := workflow.ExecuteChildWorkflow(ctx, "Child")
			return child.GetChildWorkflowExecution().Get(ctx, nil)
		})
		require.NoError(t, env.GetWorkflowError())
		require.False(t, heard)
		require.False(t, woke)
	}
}

func TestHeartbeatTimeoutIsNotCappedByStartToClose(t *testing.T) {
	var seen time.Duration
	env := newEnv()
	env.RegisterActivityWithOptions(func(ctx context.Context) error {
		seen = activity.GetInfo(ctx).HeartbeatTimeout
		return nil
	}, activity.RegisterOptions{Name: "Work"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		return workflow.ExecuteActivity(withOptions(ctx, workflow.ActivityOptions{
			ScheduleToCloseTimeout: time.Hour, StartToCloseTimeout: time.Minute,
			HeartbeatTimeout: 10 * time.Minute}), "Work").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 10*time.Minute, seen)
}

func TestCanceledActivityIsNotWrapped(t *testing.T) {
	_, err := playOne(t, workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour, WaitForCancellation: true},
		func(env *testsuite.TestWorkflowEnvironment) {
			env.OnActivity("Work").After(time.Minute).Return(nil)
			env.RegisterDelayedCallback(env.CancelWorkflow, 10*time.Second)
		})
	var canceled *temporal.CanceledError
	require.ErrorAs(t, err, &canceled)
	var wrapped *temporal.ActivityError
	require.False(t, errors.As(err, &wrapped))
}
