// Records what a real Temporal server writes: it starts one in this process (SQLite in memory) and a
// worker that has the workflows of ../go, plays each as play.go tells, all at once and in real time,
// and writes their histories into a folder, as JSON, an event a line. It takes two minutes.
//
//	go run . FOLDER [PLAY...]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/server/temporaltest"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
	"rehearse/peers"
)

// As in histories of ours.
const (
	namespace = "default"
	taskQueue = "default"
	identity  = "rehearse"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// ---- histories ----------------------------------------------------------------------------------

func history(c client.Client, workflowID, runID string) []*historypb.HistoryEvent {
	var events []*historypb.HistoryEvent
	iterator := c.GetWorkflowHistory(context.Background(), workflowID, runID, false,
		enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iterator.HasNext() {
		event, err := iterator.Next()
		must(err)
		failure := event.GetWorkflowTaskFailedEventAttributes().GetFailure()
		if failure != nil {
			failure.StackTrace = "" // paths of this machine
		}
		events = append(events, event)
	}
	return events
}

// nextRun is the run that goes on where this one ends; "" if none does.
func nextRun(events []*historypb.HistoryEvent) string {
	last := events[len(events)-1]
	switch last.EventType {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
		return last.GetWorkflowExecutionContinuedAsNewEventAttributes().NewExecutionRunId
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
		return last.GetWorkflowExecutionCompletedEventAttributes().NewExecutionRunId
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
		return last.GetWorkflowExecutionFailedEventAttributes().NewExecutionRunId
	}
	return ""
}

// A worker's own task queue is named by its machine, which is nobody's business.
func anonymous(text []byte) []byte {
	host, err := os.Hostname()
	must(err)
	return bytes.ReplaceAll(text, []byte(`"`+host+":"), []byte(`"worker:`))
}

func write(file string, events []*historypb.HistoryEvent) {
	text := bytes.NewBufferString(`{"events":[`)
	for i, event := range events {
		line, err := protojson.Marshal(event)
		must(err)
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('\n')
		must(json.Compact(text, anonymous(line)))
	}
	text.WriteString("\n]}\n")
	must(os.WriteFile(file, text.Bytes(), 0o644))
}

// writeShort writes it as the server's HTTP interface and other commands of the CLI do: values stand
// for payloads.
func writeShort(file string, events []*historypb.HistoryEvent) {
	text, err := temporalproto.CustomJSONMarshalOptions{
		Indent:   "  ",
		Metadata: map[string]any{commonpb.EnablePayloadShorthandMetadataKey: true},
	}.Marshal(&historypb.History{Events: events})
	must(err)
	must(os.MkdirAll(filepath.Dir(file), 0o755))
	must(os.WriteFile(file, anonymous(text), 0o644))
}

// ---- one of them --------------------------------------------------------------------------------

type recorder struct {
	client client.Client
	folder string
}

func (r *recorder) start(ctx context.Context, p play) client.WorkflowRun {
	p.options.ID = p.name
	p.options.TaskQueue = taskQueue
	var input []any
	if p.input != nil {
		input = []any{p.input}
	}
	run, err := r.client.ExecuteWorkflow(ctx, p.options, p.workflow, input...)
	must(err)
	return run
}

func (r *recorder) record(ctx context.Context, p play, run client.WorkflowRun) {
	runID := run.GetRunID() // later that of its last run
	if p.happens != nil {
		p.happens(ctx, r.client, p.name)
	}
	var err error
	if !p.staysOpen {
		err = run.Get(ctx, nil)
		if ctx.Err() != nil {
			panic(p.name + " does not end")
		}
	}
	for i := 0; i <= p.nextRuns; i++ {
		events := history(r.client, p.name, runID)
		name := p.name
		if i > 0 {
			name = fmt.Sprintf("%s.%d", p.name, i+1)
		}
		write(filepath.Join(r.folder, name+".json"), events)
		if p.short {
			writeShort(filepath.Join(r.folder, "short", name+".json"), events)
		}
		runID = nextRun(events)
	}
	for name, id := range p.others {
		write(filepath.Join(r.folder, name+".json"), history(r.client, id, ""))
	}
	fmt.Println("recorded", p.name, err)
}

// ---- all of them --------------------------------------------------------------------------------

// connect makes the namespace, and waits until all of the server knows it.
func connect(server *temporaltest.TestServer) client.Client {
	silent := log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	options := client.Options{
		HostPort: server.GetFrontendHostPort(), Namespace: namespace, Identity: identity,
		Logger: silent,
	}
	namespaces, err := client.NewNamespaceClient(options)
	must(err)
	must(namespaces.Register(context.Background(), &workflowservice.RegisterNamespaceRequest{
		Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	}))
	c, err := client.Dial(options)
	must(err)
	for addSearchAttribute(c) != nil {
		time.Sleep(time.Second)
	}
	time.Sleep(10 * time.Second)
	return c
}

func addSearchAttribute(c client.Client) error {
	_, err := c.OperatorService().AddSearchAttributes(context.Background(),
		&operatorservice.AddSearchAttributesRequest{
			Namespace: namespace,
			SearchAttributes: map[string]enumspb.IndexedValueType{
				"CustomKeywordField": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
			},
		})
	return err
}

func startWorker(c client.Client) worker.Worker {
	w := worker.New(c, taskQueue, worker.Options{
		Identity: identity, BuildID: "1", WorkerStopTimeout: time.Millisecond,
	})
	peers.Register(w, instead)
	for name, function := range activities {
		w.RegisterActivityWithOptions(function, activity.RegisterOptions{Name: name})
	}
	must(w.Start())
	return w
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . FOLDER [PLAY...]")
		os.Exit(2)
	}
	c := connect(temporaltest.NewServer())
	startWorker(c)
	r := &recorder{client: c, folder: os.Args[1]}
	must(os.MkdirAll(r.folder, 0o755))
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	var all sync.WaitGroup
	for _, p := range plays {
		if wanted := os.Args[2:]; len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			continue
		}
		time.Sleep(p.waits)
		run := r.start(ctx, p)
		all.Go(func() { r.record(ctx, p, run) })
	}
	all.Wait()
	os.Exit(0) // activities that hang would hold the worker
}
