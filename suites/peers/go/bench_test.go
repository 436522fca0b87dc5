package peers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// The peer's side of our benchmark: the same workflows with the same mocks in Temporal's test
// suite. What is measured is what a test does: an environment, mocks, one run, its checks. (One
// environment plays one workflow.)

func newEnv() *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(quiet())
	return suite.NewTestWorkflowEnvironment()
}

func register(env *testsuite.TestWorkflowEnvironment, name string, function any) {
	env.RegisterActivityWithOptions(function, activity.RegisterOptions{Name: name})
}

var releaseParams = ReleaseParams{Version: "1.2.0", CommitSHA: "8f2c1d7", TagName: "v1.2.0"}

func built(platform string) *BuildResult {
	return &BuildResult{platform, []string{"app_" + platform + ".tar.gz"}, map[string]string{}}
}

// givenRelease mocks as fixtures/release/given.c does, all but the last step.
func givenRelease(env *testsuite.TestWorkflowEnvironment, failures int) {
	register(env, "BuildLinux", func(ReleaseParams) (*BuildResult, error) { return nil, nil })
	register(env, "BuildMacOS", func(ReleaseParams, string) (*BuildResult, error) { return nil, nil })
	register(env, "CreateGitHubRelease",
		func(ReleaseParams, []BuildResult) (string, error) { return "", nil })
	register(env, "BuildDockerImage", func(ReleaseParams) error { return nil })
	register(env, "UpdateHomebrew", func(ReleaseParams) error { return nil })

	if failures > 0 {
		env.OnActivity("BuildLinux", mock.Anything).Times(failures).After(time.Minute).
			Return(nil, temporal.NewApplicationError("exit status 2", "CompileError"))
	}
	env.OnActivity("BuildLinux", mock.Anything).After(4*time.Minute).
		Return(built("linux_amd64"), nil)
	env.OnActivity("BuildMacOS", mock.Anything, "amd64").After(4*time.Minute+30*time.Second).
		Return(built("darwin_amd64"), nil)
	env.OnActivity("BuildMacOS", mock.Anything, "arm64").After(4*time.Minute+10*time.Second).
		Return(built("darwin_arm64"), nil)
	env.OnActivity("CreateGitHubRelease", mock.Anything, mock.Anything).After(20*time.Second).
		Return("https://github.com/acme/app/releases/v1.2.0", nil)
	env.OnActivity("BuildDockerImage", mock.Anything).After(3 * time.Minute).Return(nil)
}

func play(b *testing.B, env *testsuite.TestWorkflowEnvironment, w any, args ...any) {
	env.ExecuteWorkflow(w, args...)
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() != nil {
		b.Fatal(env.GetWorkflowError())
	}
}

func benchRelease(b *testing.B, failures int) {
	b.ReportAllocs()
	for b.Loop() {
		env := newEnv()
		givenRelease(env, failures)
		env.OnActivity("UpdateHomebrew", mock.Anything).After(15 * time.Second).Return(nil)
		play(b, env, ReleaseWorkflow, releaseParams)
		if !env.AssertExpectations(b) {
			b.Fatal("mocks were not used up")
		}
	}
}

func BenchmarkReleaseHappy(b *testing.B)      { benchRelease(b, 0) }
func BenchmarkReleaseTwoRetries(b *testing.B) { benchRelease(b, 2) }

// As SequentialTimers in suites/bench/workflows.c.
func sequentialTimers(ctx workflow.Context, count int) error {
	for range count {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
	}
	return nil
}

func benchTimers(b *testing.B, count int) {
	b.ReportAllocs()
	for b.Loop() {
		play(b, newEnv(), sequentialTimers, count)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/timer")
}

func BenchmarkTimers1(b *testing.B)     { benchTimers(b, 1) }
func BenchmarkTimers10000(b *testing.B) { benchTimers(b, 10000) }

// As Parallel in suites/bench/workflows.c.
func parallel(ctx workflow.Context, count int) error {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 5 * time.Minute})
	futures := make([]workflow.Future, count)
	for i := range futures {
		futures[i] = workflow.ExecuteActivity(ctx, "Work", i)
	}
	_, err := awaitAll[any](ctx, futures)
	return err
}

func benchActivities(b *testing.B, count int) {
	b.ReportAllocs()
	for b.Loop() {
		env := newEnv()
		register(env, "Work", func(int) error { return nil })
		draw := uint32(1)
		env.OnActivity("Work", mock.Anything).Return(nil).AfterFn(func() time.Duration {
			draw = draw*1664525 + 1013904223
			return time.Second + time.Duration(draw>>8)*time.Second*59/(1<<24)
		})
		play(b, env, parallel, count)
	}
}

func BenchmarkActivities5(b *testing.B)   { benchActivities(b, 5) }
func BenchmarkActivities50(b *testing.B)  { benchActivities(b, 50) }
func BenchmarkActivities500(b *testing.B) { benchActivities(b, 500) }
