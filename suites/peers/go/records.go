package peers

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The equals of ../c/records.c.

type NotedResult struct {
	Number  int
	Mode    string
	Version int
}

func Noted(ctx workflow.Context) (NotedResult, error) {
	var noted NotedResult
	err := workflow.SideEffect(ctx, func(workflow.Context) any { return 42 }).Get(&noted.Number)
	if err != nil {
		return noted, err
	}
	for _, mode := range []string{"slow", "slow", "fast"} {
		err := workflow.MutableSideEffect(ctx, "mode",
			func(workflow.Context) any { return mode },
			func(a, b any) bool { return a == b }).Get(&noted.Mode)
		if err != nil {
			return noted, err
		}
	}
	noted.Version = int(workflow.GetVersion(ctx, "greeting", workflow.DefaultVersion, 2))
	workflow.GetVersion(ctx, "greeting", workflow.DefaultVersion, 2)
	err = workflow.UpsertTypedSearchAttributes(ctx,
		temporal.NewSearchAttributeKeyKeyword("CustomKeywordField").ValueSet("noted"))
	if err == nil {
		err = workflow.UpsertMemo(ctx, map[string]any{"note": "kept"})
	}
	if err != nil {
		return noted, err
	}
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return noted, workflow.ExecuteActivity(ctx, "Keep", noted.Number).Get(ctx, nil)
}

func Errand(ctx workflow.Context) (string, error) {
	here := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 2},
	})
	var found, missed string
	err := workflow.ExecuteLocalActivity(here, "Look", "keys").Get(ctx, &found)
	if err != nil {
		return "", err
	}
	if err := workflow.ExecuteLocalActivity(here, "Look", "cat").Get(ctx, nil); err != nil {
		missed = rootMessage(err)
	}
	ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return found + ", " + missed, workflow.ExecuteActivity(ctx, "Keep", 1).Get(ctx, nil)
}

func Votes(ctx workflow.Context) (int, error) {
	sum := 0
	vote := func(ctx workflow.Context, weight int) (int, error) {
		ctx = withOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		if err := workflow.ExecuteActivity(ctx, "Keep", weight).Get(ctx, nil); err != nil {
			return 0, err
		}
		if weight == 13 {
			return 0, temporal.NewApplicationError("unlucky", "Thirteen")
		}
		sum += weight
		return sum, nil
	}
	check := func(_ workflow.Context, weight int) error {
		if weight < 0 {
			return temporal.NewApplicationError("no vote against", "Negative")
		}
		return nil
	}
	err := workflow.SetUpdateHandlerWithOptions(ctx, "vote", vote,
		workflow.UpdateHandlerOptions{Validator: check})
	if err == nil {
		err = workflow.SetQueryHandler(ctx, "sum", func() (int, error) { return sum, nil })
	}
	if err == nil {
		err = workflow.Await(ctx, func() bool {
			return sum >= 3 && workflow.AllHandlersFinished(ctx)
		})
	}
	return sum, err
}
