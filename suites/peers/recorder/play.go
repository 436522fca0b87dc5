package main

import (
	"context"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
	"rehearse/peers"
)

// A play is a run, under the workflow id `name`, and what happens to it from outside. The suite
// ../recorded_test.c plays the same in a world of ours.
type play struct {
	name      string
	workflow  string
	input     any
	options   client.StartWorkflowOptions
	waits     time.Duration // before it starts, with all that come after it
	happens   func(ctx context.Context, c client.Client, id string)
	staysOpen bool
	short     bool              // written in short form, too
	nextRuns  int               // so many runs that go on where it ends are written, too
	others    map[string]string // workflow ids of other runs that are written, by file
}

// after does something when the first workflow task is over, however busy the machine is, and some
// time has passed.
func after(d time.Duration, what func(context.Context, client.Client, string) error) func(
	context.Context, client.Client, string) {
	return func(ctx context.Context, c client.Client, id string) {
		for len(history(c, id, "")) < 5 {
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(d)
		must(what(ctx, c, id))
	}
}

func cancel(ctx context.Context, c client.Client, id string) error {
	return c.CancelWorkflow(ctx, id, "")
}

func signal(name string, value any) func(context.Context, client.Client, string) error {
	return func(ctx context.Context, c client.Client, id string) error {
		return c.SignalWorkflow(ctx, id, "", name, value)
	}
}

func number(n int) *int { return &n }
func yes() *bool        { b := true; return &b }

var release = peers.ReleaseParams{
	Version: "1.2.0", CommitSHA: "0f3c9a1d7e5b4c2a8f6e1d0b9c7a5e3f1d2c4b6a", TagName: "v1.2.0",
}

var plays = []play{
	{name: "release", workflow: "ReleaseWorkflow", input: release},
	{name: "trip", workflow: "BookTrip", input: peers.TripParams{Trip: "rome"}},
	{name: "pull-request", workflow: "ValidatePullRequest",
		input:  peers.ValidateParams{PullRequest: "pr-7", Checks: []string{"manifest", "version"}},
		others: map[string]string{"check": "check-pr-7-version"}},
	{name: "approval", workflow: "DeployApproval", input: peers.DeployParams{Service: "search"},
		happens: after(time.Second, signal("approve", "alice"))},
	{name: "asleep", workflow: "Nap", input: "me", staysOpen: true,
		happens: after(time.Second, func(context.Context, client.Client, string) error { return nil })},
	{name: "terminated", workflow: "Nap", input: "me",
		happens: after(time.Second, func(ctx context.Context, c client.Client, id string) error {
			return c.TerminateWorkflow(ctx, id, "", "enough")
		})},
	{name: "timed-out", workflow: "Nap", input: "me",
		options: client.StartWorkflowOptions{WorkflowRunTimeout: time.Second}},
	{name: "failures", workflow: "Failures"},
	{name: "deadline", workflow: "Deadline",
		input: peers.Race{Work: 60, Limit: number(2)}},
	{name: "deadline-waits", workflow: "Deadline",
		input: peers.Race{Work: 60, Limit: number(2), Wait: yes()}},
	{name: "cleanup", workflow: "Cleanup", happens: after(2*time.Second, cancel)},
	{name: "same-task", workflow: "SameTask", input: peers.Race{Work: 1}},
	{name: "nested", workflow: "Nested"},
	{name: "batch", workflow: "Batch", happens: after(2*time.Second, signal("item", 1))},
	{name: "condition", workflow: "Condition"},
	{name: "fan", workflow: "Fan"},
	{name: "family", workflow: "Family", short: true},
	{name: "signaled", workflow: "Kid", input: peers.KidParams{Name: "signaled", Waits: true}},
	{name: "canceled", workflow: "Kid", input: peers.KidParams{Name: "canceled", Waits: true}},
	{name: "countdown", workflow: "Countdown", input: 1, nextRuns: 1},
	{name: "stubborn", workflow: "Stubborn", nextRuns: 1, options: client.StartWorkflowOptions{
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 3}}},
	{name: "timers", workflow: "Timers"},
	{name: "tick", workflow: "Tick", nextRuns: 1, staysOpen: true,
		options: client.StartWorkflowOptions{CronSchedule: "@every 2s"},
		happens: after(8*time.Second, func(ctx context.Context, c client.Client, id string) error {
			return c.TerminateWorkflow(ctx, id, "", "enough")
		})},
	{name: "noted", workflow: "Noted"},
	{name: "errand", workflow: "Errand"},
	{name: "votes", workflow: "Votes", happens: vote},
	{name: "clumsy", workflow: "Condition"},
	{name: "unhandled", workflow: "Batch", happens: signalAtTheEnd},
	{name: "strangers", workflow: "Strangers", waits: time.Second,
		input: peers.StrangersParams{Signaled: "signaled", Canceled: "canceled", Nobody: "nobody"}},
}

func vote(ctx context.Context, c client.Client, id string) {
	for i, weight := range []int{1, -1, 13, 2} {
		time.Sleep(time.Second)
		handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			UpdateID: []string{"for", "against", "unlucky", "decides"}[i], WorkflowID: id,
			UpdateName: "vote", Args: []any{weight},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err == nil {
			_ = handle.Get(ctx, nil)
		}
	}
}

// ---- workflow tasks that fail -------------------------------------------------------------------

// The workflows of ../go with worker trouble: what they are told and ask for is the same.
var instead = map[string]any{"Condition": clumsy, "Batch": interrupted}

var stumbled atomic.Bool

// clumsy panics once, when it is about to end.
func clumsy(ctx workflow.Context) ([]bool, error) {
	met, err := peers.Condition(ctx)
	if workflow.GetInfo(ctx).WorkflowExecution.ID == "clumsy" && !stumbled.Swap(true) {
		panic("stumbled")
	}
	return met, err
}

var atTheEnd = make(chan struct{})

// interrupted takes its time to end, so that a signal comes meanwhile.
func interrupted(ctx workflow.Context) (int, error) {
	sum, err := peers.Batch(ctx)
	if workflow.GetInfo(ctx).WorkflowExecution.ID == "unhandled" && !workflow.IsReplaying(ctx) {
		select {
		case atTheEnd <- struct{}{}:
			time.Sleep(700 * time.Millisecond)
		default:
		}
	}
	return sum, err
}

func signalAtTheEnd(ctx context.Context, c client.Client, id string) {
	<-atTheEnd
	must(c.SignalWorkflow(ctx, id, "", "item", 5))
}

// ---- activities ---------------------------------------------------------------------------------

func takes(d time.Duration) func(context.Context) error {
	return func(context.Context) error {
		time.Sleep(d)
		return nil
	}
}

func hangs(context.Context) error {
	time.Sleep(time.Hour)
	return nil
}

func build(platform string, d time.Duration) (peers.BuildResult, error) {
	time.Sleep(d)
	return peers.BuildResult{
		Platform:  platform,
		Artifacts: []string{"app_" + platform + ".tar.gz"},
		Checksums: map[string]string{},
	}, nil
}

func work(ctx context.Context, race peers.Race) error {
	for range race.Work {
		activity.RecordHeartbeat(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
	return nil
}

var quickly = takes(100 * time.Millisecond)

var activities = map[string]any{
	"BuildLinux": func(context.Context, peers.ReleaseParams) (peers.BuildResult, error) {
		return build("linux_amd64", time.Second)
	},
	"BuildMacOS": func(_ context.Context, _ peers.ReleaseParams, arch string) (peers.BuildResult,
		error) {
		return build("darwin_"+arch, map[string]time.Duration{"amd64": 3, "arm64": 2}[arch]*time.Second)
	},
	"CreateGitHubRelease": func(context.Context, peers.ReleaseParams, []peers.BuildResult) (string,
		error) {
		return "https://github.com/acme/app/releases/v1.2.0", nil
	},
	"BuildDockerImage": func(context.Context, peers.ReleaseParams) error { return nil },
	"UpdateHomebrew": func(context.Context, peers.ReleaseParams) error {
		return temporal.NewNonRetryableApplicationError("403 Resource not accessible by integration", "HomebrewAuthError", nil)
	},

	"BookFlight": func(context.Context, string) error { return nil },
	"BookHotel":  func(context.Context, string) error { return nil },
	"BookCar":    func(context.Context, string) error { return nil },
	"ChargeCard": func(context.Context, string) error {
		return temporal.NewApplicationError("card declined", "CardDeclined")
	},
	"CancelFlight": func(context.Context, string) error { return nil },
	"CancelHotel":  func(context.Context, string) error { return nil },
	"CancelCar":    func(context.Context, string) error { return nil },

	"RunCheck": func(_ context.Context, check, _ string) (bool, error) {
		time.Sleep(map[string]time.Duration{"manifest": 1, "version": 3}[check] * time.Second)
		return check == "version", nil
	},
	"CommentPullRequest": func(context.Context, string, string) error { return nil },
	"Deploy":             func(context.Context, string) error { return nil },

	"Plain": func(context.Context) error {
		return temporal.NewApplicationError("exit status 2", "CompileError")
	},
	"Final": func(context.Context) error {
		return temporal.NewNonRetryableApplicationError("403", "Forbidden", nil, "token expired")
	},
	"Untyped": func(context.Context) error { return temporal.NewApplicationError("boom", "") },
	"Listed": func(context.Context) error {
		return temporal.NewApplicationError("no such tag", "BadInput")
	},
	"Endless": hangs,
	"Silent": func(ctx context.Context) error {
		time.Sleep(time.Second)
		activity.RecordHeartbeat(ctx, "half")
		return hangs(ctx)
	},
	"Late":    hangs,
	"Overdue": hangs,

	"Look": func(ctx context.Context, what string) (string, error) {
		if what == "cat" {
			return "", temporal.NewApplicationError("not here", "Missing")
		}
		return what, nil
	},
	"Work": work,
	"Undo": quickly,
	"Keep": func(context.Context, int) error { time.Sleep(100 * time.Millisecond); return nil },
}
