package peers

import (
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The equals of fixtures/operations/operations.c.

var quick = workflow.ActivityOptions{
	StartToCloseTimeout: time.Minute,
	RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 3},
}

type TripParams struct {
	Trip string
}

func BookTrip(ctx workflow.Context, params TripParams) (string, error) {
	ctx = withOptions(ctx, quick)
	steps := []string{"BookFlight", "BookHotel", "BookCar", "ChargeCard"}
	undos := []string{"CancelFlight", "CancelHotel", "CancelCar"}
	for done, step := range steps {
		err := workflow.ExecuteActivity(ctx, step, params.Trip).Get(ctx, nil)
		if err == nil {
			continue
		}
		after, _ := workflow.NewDisconnectedContext(ctx)
		for ; done > 0; done-- {
			undone := workflow.ExecuteActivity(after, undos[done-1], params.Trip).Get(after, nil)
			if undone != nil {
				workflow.GetLogger(ctx).Warn("has to be done by hand", "undo", undos[done-1])
			}
		}
		return "", fmt.Errorf("trip not booked: %w", err)
	}
	return "booked", nil
}

type CheckParams struct {
	PullRequest string
	Check       string
}

func CheckPullRequest(ctx workflow.Context, params CheckParams) (bool, error) {
	ctx = withOptions(ctx, quick)
	var passed bool
	err := workflow.ExecuteActivity(ctx, "RunCheck", params.Check, params.PullRequest).
		Get(ctx, &passed)
	return passed, err
}

type ValidateParams struct {
	PullRequest string
	Checks      []string
}

func ValidatePullRequest(ctx workflow.Context, params ValidateParams) (string, error) {
	ctx = withOptions(ctx, quick)
	var children []workflow.ChildWorkflowFuture
	for _, check := range params.Checks {
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			WorkflowID:         fmt.Sprintf("check-%s-%s", params.PullRequest, check),
			WorkflowRunTimeout: 30 * time.Minute,
			ParentClosePolicy:  enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		})
		children = append(children, workflow.ExecuteChildWorkflow(child, CheckPullRequest,
			CheckParams{PullRequest: params.PullRequest, Check: check}))
	}
	passed := 0
	for _, child := range children {
		var outcome bool
		err := child.Get(ctx, &outcome)
		if err != nil && ctx.Err() != nil {
			return "", err
		}
		if err == nil && outcome {
			passed++
		}
	}
	text := fmt.Sprintf("%d of %d checks passed", passed, len(children))
	return text, workflow.ExecuteActivity(ctx, "CommentPullRequest", params.PullRequest, text).
		Get(ctx, nil)
}

type CleanupParams struct {
	Night int
	Until int
}

func NightlyCleanup(ctx workflow.Context, params CleanupParams) error {
	const nightsOfARun = 3
	ctx = withOptions(ctx, quick)
	for range nightsOfARun {
		if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
			return err
		}
		err := workflow.ExecuteActivity(ctx, "Cleanup", params.Night).Get(ctx, nil)
		if err != nil {
			workflow.GetLogger(ctx).Warn("night was skipped", "night", params.Night)
		}
		if params.Night++; params.Night > params.Until {
			return nil
		}
	}
	return workflow.NewContinueAsNewError(ctx, NightlyCleanup, params)
}

type DeployParams struct {
	Service string
}

func DeployApproval(ctx workflow.Context, params DeployParams) (any, error) {
	ctx = withOptions(ctx, quick)
	var approval any
	approved, _ := workflow.GetSignalChannel(ctx, "approve").
		ReceiveWithTimeout(ctx, 24*time.Hour, &approval)
	if !approved {
		return nil, temporal.NewApplicationError("nobody approved within a day", "NotApproved")
	}
	return approval, workflow.ExecuteActivity(ctx, "Deploy", params.Service).Get(ctx, nil)
}
