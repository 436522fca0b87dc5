package peers

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The equals of ../c/shapes.c.

func attempts(most int32) *temporal.RetryPolicy {
	return &temporal.RetryPolicy{MaximumAttempts: most}
}

var failing = []struct {
	activity string
	options  workflow.ActivityOptions
}{
	{"Plain", workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, RetryPolicy: attempts(2)}},
	{"Final", workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second}},
	{"Untyped", workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, RetryPolicy: attempts(1)}},
	{"Listed", workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{NonRetryableErrorTypes: []string{"BadInput"}}}},
	{"Endless", workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, RetryPolicy: attempts(2)}},
	{"Silent", workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		HeartbeatTimeout:    5 * time.Second, RetryPolicy: attempts(2)}},
	{"Late", workflow.ActivityOptions{
		ScheduleToCloseTimeout: 25 * time.Second, StartToCloseTimeout: 10 * time.Second}},
	{"Overdue", workflow.ActivityOptions{ScheduleToCloseTimeout: 25 * time.Second}},
	{"Unserved", workflow.ActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToStartTimeout: 5 * time.Second, TaskQueue: "nobody"}},
}

func Failures(ctx workflow.Context) ([]string, error) {
	var texts []string
	for _, f := range failing {
		text := ""
		err := workflow.ExecuteActivity(withOptions(ctx, f.options), f.activity).Get(ctx, nil)
		if err != nil {
			text = err.Error()
		}
		texts = append(texts, text)
	}
	return texts, nil
}

type Race struct {
	Work  int
	Limit *int  `json:",omitempty"`
	Wait  *bool `json:",omitempty"`
}

func Deadline(ctx workflow.Context, race Race) (string, error) {
	racing, cancel := workflow.WithCancel(withOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour,
		HeartbeatTimeout:    10 * time.Second,
		WaitForCancellation: race.Wait != nil && *race.Wait,
	}))
	work := workflow.ExecuteActivity(racing, "Work", race)
	timer := workflow.NewTimer(racing, time.Duration(*race.Limit)*time.Second)
	outcome := "failed"
	workflow.NewSelector(ctx).
		AddFuture(work, func(workflow.Future) { outcome = "done" }).
		AddFuture(timer, func(workflow.Future) {}).
		Select(ctx)
	cancel()
	err := work.Get(ctx, nil)
	if slept := workflow.Sleep(ctx, time.Second); slept != nil {
		return "", slept
	}
	if err != nil {
		outcome = err.Error()
	}
	return outcome, nil
}

func Cleanup(ctx workflow.Context) error {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	work := workflow.ExecuteActivity(ctx, "Work", Race{Work: 600})
	timer := workflow.NewTimer(ctx, 2*time.Hour)
	err := work.Get(ctx, nil)
	if timed := timer.Get(ctx, nil); err == nil {
		err = timed
	}
	if err == nil || ctx.Err() == nil {
		return err
	}
	cleaning, _ := workflow.NewDisconnectedContext(ctx)
	undone := workflow.ExecuteActivity(cleaning, "Undo").Get(cleaning, nil)
	if undone == nil {
		undone = workflow.Sleep(cleaning, 5*time.Second)
	}
	if undone != nil {
		return undone
	}
	return err
}

func SameTask(ctx workflow.Context, race Race) error {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	taken, cancel := workflow.WithCancel(ctx)
	workflow.ExecuteActivity(taken, "Work", race)
	workflow.NewTimer(taken, 9*time.Second)
	cancel()
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	return workflow.ExecuteActivity(ctx, "Work", race).Get(ctx, nil)
}

func Nested(ctx workflow.Context) error {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	outer, cancel := workflow.WithCancel(ctx)
	for i := range 3 {
		inner, _ := workflow.WithCancel(outer)
		workflow.NewTimer(inner, time.Duration(60+i)*time.Second)
		workflow.ExecuteActivity(inner, "Work", Race{Work: 60 + i})
	}
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	cancel()
	return workflow.Sleep(ctx, time.Second)
}

func Batch(ctx workflow.Context) (int, error) {
	sum := 0
	items := workflow.GetSignalChannel(ctx, "item")
	for received := true; received; {
		item := 0
		received, _ = items.ReceiveWithTimeout(ctx, 10*time.Second, &item)
		sum += item
	}
	return sum, nil
}

func Condition(ctx workflow.Context) ([]bool, error) {
	set := false
	var failed error
	workflow.Go(ctx, func(ctx workflow.Context) {
		failed = workflow.Sleep(ctx, 5*time.Second)
		set = true
	})
	isSet := func() bool { return set }
	early, err := workflow.AwaitWithTimeout(ctx, 2*time.Second, isSet)
	if err != nil {
		return nil, err
	}
	late, err := workflow.AwaitWithTimeout(ctx, 20*time.Second, isSet)
	if err == nil {
		err = workflow.Sleep(ctx, time.Second)
	}
	return []bool{early, late}, errors.Join(failed, err)
}

func Fan(ctx workflow.Context) error {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	finger := func(ctx workflow.Context, number int) error {
		err := workflow.Sleep(ctx, time.Duration(1+number%2)*time.Second)
		if err != nil {
			return err
		}
		work := workflow.ExecuteActivity(ctx, "Work", Race{Work: 3})
		timer := workflow.NewTimer(ctx, 3*time.Second)
		if err = errors.Join(work.Get(ctx, nil), timer.Get(ctx, nil)); err != nil {
			return err
		}
		return workflow.Sleep(ctx, time.Duration(1+number)*time.Second)
	}
	var fingers []workflow.Future
	for i := range 5 {
		future, settable := workflow.NewFuture(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) { settable.Set(nil, finger(ctx, i)) })
		fingers = append(fingers, future)
	}
	_, err := awaitAll[any](ctx, fingers)
	return err
}

func Recorded(ctx workflow.Context) (int, error) {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	equal := func(a, b any) bool { return a == b }
	sum := 0
	for i, value := range []int{5, 5, 6} {
		give := func(workflow.Context) any { return value }
		got := 0
		if err := workflow.SideEffect(ctx, give).Get(&got); err != nil {
			return 0, err
		}
		sum += got
		if err := workflow.MutableSideEffect(ctx, "limit", give, equal).Get(&got); err != nil {
			return 0, err
		}
		sum += 10 * got
		change := "late"
		if i == 0 {
			change = "early"
		}
		sum += 100 * int(workflow.GetVersion(ctx, change, workflow.DefaultVersion, 2))
		if err := workflow.ExecuteActivity(ctx, "Work", Race{Work: 2}).Get(ctx, nil); err != nil {
			return 0, err
		}
	}
	return sum, workflow.UpsertMemo(ctx, map[string]any{"note": sum})
}

func Local(ctx workflow.Context) ([]string, error) {
	seconds := func() int {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		return int(workflow.Now(ctx).Sub(start).Seconds())
	}
	options := func(policy temporal.RetryPolicy) workflow.Context {
		return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			StartToCloseTimeout: 5 * time.Minute, RetryPolicy: &policy})
	}
	usual := options(temporal.RetryPolicy{MaximumAttempts: 3})
	patient := options(temporal.RetryPolicy{InitialInterval: 30 * time.Second, MaximumAttempts: 2})
	var told []string
	for _, c := range []struct {
		activity string
		ctx      workflow.Context
	}{{"Flaky", usual}, {"Patient", patient}, {"Broken", usual}} {
		text := "done"
		if err := workflow.ExecuteLocalActivity(c.ctx, c.activity).Get(ctx, nil); err != nil {
			text = err.Error()
		}
		told = append(told, fmt.Sprintf("%s at %d", text, seconds()))
	}
	long := workflow.ExecuteLocalActivity(usual, "Long")
	err := workflow.ExecuteLocalActivity(usual, "Short").Get(ctx, nil)
	timer := workflow.NewTimer(ctx, time.Duration(seconds())*time.Second)
	err = errors.Join(err, long.Get(ctx, nil), timer.Get(ctx, nil))
	return append(told, fmt.Sprintf("at %d", seconds())), err
}

func Sessions(ctx workflow.Context) ([]string, error) {
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
	var told []string
	for len(told) < 4 {
		session, err := workflow.CreateSession(ctx, &workflow.SessionOptions{
			ExecutionTimeout: time.Hour, CreationTimeout: time.Minute})
		if err != nil {
			return nil, err
		}
		failed := workflow.ExecuteActivity(session, "Work", Race{Work: 30}).Get(session, nil)
		text := "done"
		if err := workflow.ExecuteActivity(session, "Work", Race{Work: 1}).Get(session, nil); err != nil {
			text = err.Error()
		}
		told = append(told, text)
		workflow.CompleteSession(session)
		if failed == nil {
			break
		}
	}
	return told, nil
}
