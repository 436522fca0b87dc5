package peers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// Where Temporal's Go test suite does not do what the server does: each as an assertion of what it
// does today. When one of them fails, docs/peers.md has become wrong.

// The version that all of this is about.
func TestVersion(t *testing.T) {
	require.Equal(t, "1.50.0", temporal.SDKVersion)
}

// playOne plays a workflow of one call to "Work" and returns how long it took on virtual time.
func playOne(t *testing.T, options workflow.ActivityOptions, given func(
	*testsuite.TestWorkflowEnvironment)) (time.Duration, error) {
	env := newEnv()
	register(env, "Work", func() error { return nil })
	given(env)
	start := env.Now()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		return workflow.ExecuteActivity(withOptions(ctx, options), "Work").Get(ctx, nil)
	})
	require.True(t, env.IsWorkflowCompleted())
	return env.Now().Sub(start).Truncate(time.Second), env.GetWorkflowError()
}

func TestTimeoutsNeverFireOnVirtualTime(t *testing.T) {
	for name, options := range map[string]workflow.ActivityOptions{
		"start to close":    {StartToCloseTimeout: time.Minute},
		"schedule to close": {ScheduleToCloseTimeout: time.Minute},
		"heartbeat": {StartToCloseTimeout: 2 * time.Hour,
			HeartbeatTimeout: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			took, err := playOne(t, options, func(env *testsuite.TestWorkflowEnvironment) {
				env.OnActivity("Work").After(time.Hour).Return(nil)
			})
			require.NoError(t, err)
			require.Equal(t, time.Hour, took)
		})
	}
}

func TestDefaultPolicyIsTenAttemptsASecondApart(t *testing.T) {
	attempts := 0
	took, err := playOne(t, workflow.ActivityOptions{StartToCloseTimeout: time.Minute},
		func(env *testsuite.TestWorkflowEnvironment) {
			env.OnActivity("Work").Return(func() error {
				attempts++
				return errors.New("no")
			})
		})
	require.Error(t, err)
	require.Equal(t, 10, attempts)
	require.Equal(t, 9*time.Second, took)
}

// UpdateHomebrew must never be called, is called, and nobody hears of it.
func TestViolatedMockOfANonFatalStepPasses(t *testing.T) {
	env := newEnv()
	givenRelease(env, 0)
	env.OnActivity("UpdateHomebrew", mock.Anything).Never()
	attempts := 0
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context,
		_ converter.EncodedValues) {
		if info.ActivityType.Name == "UpdateHomebrew" {
			attempts++
		}
	})
	env.ExecuteWorkflow(ReleaseWorkflow, releaseParams)
	require.Equal(t, 3, attempts)
	require.NoError(t, env.GetWorkflowError())
	require.True(t, env.AssertExpectations(t))
}

func TestWaitForCancellationIsIgnored(t *testing.T) {
	took, err := playOne(t, workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour,
		HeartbeatTimeout:    time.Minute,
		WaitForCancellation: true,
	}, func(env *testsuite.TestWorkflowEnvironment) {
		env.OnActivity("Work").After(time.Minute).Return(nil)
		env.RegisterDelayedCallback(env.CancelWorkflow, 10*time.Second)
	})
	var canceled *temporal.CanceledError
	require.ErrorAs(t, err, &canceled)
	require.Equal(t, 10*time.Second, took)
}

func TestStuckWorkflowTimesOutAfterTenYears(t *testing.T) {
	env := newEnv()
	start := env.Now()
	env.ExecuteWorkflow(Approval)
	var timeout *temporal.TimeoutError
	require.ErrorAs(t, env.GetWorkflowError(), &timeout)
	require.Equal(t, 3650, int(env.Now().Sub(start).Hours()/24))
}

func TestTimeoutsOfStartOptionsAreIgnored(t *testing.T) {
	env := newEnv()
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{WorkflowRunTimeout: 10 * time.Second})
	env.ExecuteWorkflow(func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) })
	require.NoError(t, env.GetWorkflowError())
}

func TestPanicClosesTheWorkflow(t *testing.T) {
	env := newEnv()
	env.ExecuteWorkflow(func(workflow.Context) error { panic("broken") })
	require.True(t, env.IsWorkflowCompleted())
	require.ErrorContains(t, env.GetWorkflowError(), "broken")
}

func TestActivityErrorsLackWhatTheServerTells(t *testing.T) {
	_, err := playOne(t, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, RetryPolicy: attempts(2),
	}, func(env *testsuite.TestWorkflowEnvironment) {
		env.OnActivity("Work").Return(errors.New("no"))
	})
	var failed *temporal.ActivityError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, enumspb.RETRY_STATE_UNSPECIFIED, failed.RetryState())
	require.Zero(t, failed.ScheduledEventID())
	require.Zero(t, failed.StartedEventID())
}

// countAttempts plays one call that always fails that way and returns how often it was tried.
func countAttempts(t *testing.T, policy *temporal.RetryPolicy, failure error) int {
	count := 0
	_, err := playOne(t, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, RetryPolicy: policy,
	}, func(env *testsuite.TestWorkflowEnvironment) {
		env.OnActivity("Work").Return(func() error {
			count++
			return failure
		})
	})
	require.Error(t, err)
	return count
}

func TestCanceledErrorReturnedUnaskedIsNotRetried(t *testing.T) {
	require.Equal(t, 1, countAttempts(t, attempts(4), temporal.NewCanceledError()))
}

func TestTimeoutsInTheListOfAPolicyAreIgnored(t *testing.T) {
	policy := attempts(4)
	policy.NonRetryableErrorTypes = []string{"TemporalTimeout:StartToClose"}
	timeout := temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil)
	require.Equal(t, 4, countAttempts(t, policy, timeout))
}

func TestOptionsThatAServerRefusesFailTheActivity(t *testing.T) {
	_, err := playOne(t, workflow.ActivityOptions{}, func(env *testsuite.TestWorkflowEnvironment) {
		env.OnActivity("Work").Return(nil)
	})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "task")
}

// playChild plays a parent that waits for a child with these options.
func playChild(options workflow.ChildWorkflowOptions, child func(workflow.Context) error) error {
	env := newEnv()
	env.RegisterWorkflowWithOptions(child, workflow.RegisterOptions{Name: "Child"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithChildOptions(ctx, options)
		return workflow.ExecuteChildWorkflow(ctx, "Child").Get(ctx, nil)
	})
	return env.GetWorkflowError()
}

func TestPolicyOfAChildIsNotFilledIn(t *testing.T) {
	runs := 0
	err := playChild(workflow.ChildWorkflowOptions{
		RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
	}, func(workflow.Context) error {
		runs++
		return errors.New("no")
	})
	require.Error(t, err)
	require.Equal(t, 1, runs)
}

func TestNothingIsEverReplayed(t *testing.T) {
	env := newEnv()
	replayed := false
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		err := workflow.Sleep(ctx, time.Hour)
		replayed = replayed || workflow.IsReplaying(ctx)
		return err
	})
	require.NoError(t, env.GetWorkflowError())
	require.False(t, replayed)
}
