package peers

import (
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The equals of ../c/runs.c.

type KidParams struct {
	Name   string
	Sleeps int
	Fails  bool
	Waits  bool
}

func Kid(ctx workflow.Context, params KidParams) (string, error) {
	if params.Sleeps > 0 {
		if err := workflow.Sleep(ctx, time.Duration(params.Sleeps)*time.Second); err != nil {
			after, _ := workflow.NewDisconnectedContext(ctx)
			_ = workflow.Sleep(after, time.Second) // to get up
			return "", err
		}
	}
	if params.Fails {
		return "", temporal.NewApplicationError("broke a cup", "Naughty")
	}
	if !params.Waits {
		return params.Name, nil
	}
	var word string
	var err error
	workflow.NewSelector(ctx).
		AddReceive(workflow.GetSignalChannel(ctx, "go"),
			func(channel workflow.ReceiveChannel, _ bool) { channel.Receive(ctx, &word) }).
		AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) { err = ctx.Err() }).
		Select(ctx)
	return word, err
}

// rootMessage is the message of the innermost failure; "" if there is none.
func rootMessage(err error) string {
	message := ""
	for ; err != nil; err = errors.Unwrap(err) {
		var application *temporal.ApplicationError
		var timeout *temporal.TimeoutError
		var canceled *temporal.CanceledError
		switch {
		case errors.As(err, &application):
			message = application.Message()
		case errors.As(err, &timeout):
			message = timeout.Message()
		case errors.As(err, &canceled):
			message = "canceled"
		default:
			message = err.Error()
		}
	}
	return message
}

func Family(ctx workflow.Context) ([]string, error) {
	id := workflow.GetInfo(ctx).WorkflowExecution.ID
	outcome := func(child workflow.ChildWorkflowFuture) string {
		var text string
		if err := child.Get(ctx, &text); err != nil {
			return rootMessage(err)
		}
		return text
	}
	kid := func(ctx workflow.Context, options workflow.ChildWorkflowOptions,
		params KidParams) workflow.ChildWorkflowFuture {
		options.WorkflowID = id + "-" + params.Name
		return workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, options), Kid, params)
	}
	var texts []string
	anna := kid(ctx, workflow.ChildWorkflowOptions{}, KidParams{Name: "anna", Sleeps: 1, Waits: true})
	if err := anna.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		return nil, err
	}
	if err := anna.SignalChildWorkflow(ctx, "go", "now").Get(ctx, nil); err != nil {
		return nil, err
	}
	texts = append(texts, outcome(anna))
	texts = append(texts, outcome(kid(ctx, workflow.ChildWorkflowOptions{},
		KidParams{Name: "bert", Sleeps: 1, Fails: true})))
	texts = append(texts, outcome(kid(ctx, workflow.ChildWorkflowOptions{
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
	}, KidParams{Name: "anna"})))
	texts = append(texts, outcome(kid(ctx, workflow.ChildWorkflowOptions{
		WorkflowRunTimeout: time.Second,
	}, KidParams{Name: "carl", Sleeps: 60})))
	inner, cancel := workflow.WithCancel(ctx)
	dora := kid(inner, workflow.ChildWorkflowOptions{WaitForCancellation: true},
		KidParams{Name: "dora", Sleeps: 60})
	if err := dora.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		return nil, err
	}
	cancel()
	return append(texts, outcome(dora)), nil
}

type StrangersParams struct {
	Signaled string
	Canceled string
	Nobody   string
}

func Strangers(ctx workflow.Context, params StrangersParams) ([]bool, error) {
	var reached []bool
	reach := func(future workflow.Future) {
		reached = append(reached, future.Get(ctx, nil) == nil)
	}
	reach(workflow.SignalExternalWorkflow(ctx, params.Signaled, "", "go", "now"))
	reach(workflow.RequestCancelExternalWorkflow(ctx, params.Canceled, ""))
	reach(workflow.SignalExternalWorkflow(ctx, params.Nobody, "", "go", "now"))
	reach(workflow.RequestCancelExternalWorkflow(ctx, params.Nobody, ""))
	return reached, nil
}

func Countdown(ctx workflow.Context, count int) (string, error) {
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return "", err
	}
	if count > 0 {
		return "", workflow.NewContinueAsNewError(ctx, Countdown, count-1)
	}
	return "lift-off", nil
}

func Stubborn(ctx workflow.Context) (string, error) {
	if workflow.GetInfo(ctx).Attempt < 2 {
		return "", temporal.NewApplicationError("not yet", "NotYet")
	}
	return "at last", nil
}

func Timers(ctx workflow.Context) error {
	var timers []workflow.Future
	for _, seconds := range []time.Duration{1, 3, 1, 1} {
		timers = append(timers, workflow.NewTimer(ctx, seconds*time.Second))
	}
	_, err := awaitAll[any](ctx, timers)
	return err
}

func Tick(ctx workflow.Context) (int, error) {
	count := 0
	if workflow.HasLastCompletionResult(ctx) {
		if err := workflow.GetLastCompletionResult(ctx, &count); err != nil {
			return 0, err
		}
	}
	return count + 1, nil
}
