// Package peers holds Go workflows that equal the C workflows of fixtures/ command by command, so
// that histories of the C ones can be replayed by Temporal's own Go SDK.
package peers

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

func withOptions(ctx workflow.Context, options workflow.ActivityOptions) workflow.Context {
	return workflow.WithActivityOptions(ctx, options)
}

// awaitAll waits for all futures and returns the first error in their order, as rh_await_all does.
func awaitAll[T any](ctx workflow.Context, futures []workflow.Future) ([]T, error) {
	results := make([]T, len(futures))
	var first error
	for i, future := range futures {
		if err := future.Get(ctx, &results[i]); err != nil && first == nil {
			first = err
		}
	}
	return results, first
}

// ---- fixtures/release ---------------------------------------------------------------------------

type ReleaseParams struct {
	Version   string
	CommitSHA string
	TagName   string
}

type BuildResult struct {
	Platform  string
	Artifacts []string
	Checksums map[string]string
}

var releaseStep = workflow.ActivityOptions{
	StartToCloseTimeout: 30 * time.Minute,
	HeartbeatTimeout:    5 * time.Minute,
	RetryPolicy: &temporal.RetryPolicy{
		InitialInterval:    time.Second,
		BackoffCoefficient: 2.0,
		MaximumInterval:    time.Minute,
		MaximumAttempts:    3,
	},
}

// ReleaseWorkflow is fixtures/release/release.c.
func ReleaseWorkflow(ctx workflow.Context, params ReleaseParams) (string, error) {
	ctx = withOptions(ctx, releaseStep)
	built, err := awaitAll[BuildResult](ctx, []workflow.Future{
		workflow.ExecuteActivity(ctx, "BuildLinux", params),
		workflow.ExecuteActivity(ctx, "BuildMacOS", params, "amd64"),
		workflow.ExecuteActivity(ctx, "BuildMacOS", params, "arm64"),
	})
	if err != nil {
		return "", fmt.Errorf("build failed: %w", err)
	}
	var url string
	err = workflow.ExecuteActivity(ctx, "CreateGitHubRelease", params, built).Get(ctx, &url)
	if err != nil {
		return "", fmt.Errorf("release failed: %w", err)
	}
	err = workflow.ExecuteActivity(ctx, "BuildDockerImage", params).Get(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("docker image failed: %w", err)
	}
	err = workflow.ExecuteActivity(ctx, "UpdateHomebrew", params).Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Warn("Homebrew update failed (non-fatal)", "error", err)
	}
	return url, nil
}

// ReleaseWorkflowHardened is fixtures/release/hardened.c.
func ReleaseWorkflowHardened(ctx workflow.Context, params ReleaseParams) (string, error) {
	build := releaseStep
	build.HeartbeatTimeout = time.Minute
	publish := workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Minute,
		RetryPolicy:         releaseStep.RetryPolicy,
	}
	publishing := withOptions(ctx, publish)
	startBuild := func(activity string, args ...any) workflow.Future {
		future, settable := workflow.NewFuture(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) {
			var built BuildResult
			building := withOptions(ctx, build)
			err := workflow.ExecuteActivity(building, activity, args...).Get(ctx, &built)
			if err == nil && len(built.Checksums) == 0 {
				err = workflow.ExecuteActivity(withOptions(ctx, publish), "ComputeChecksums",
					built.Platform, built.Artifacts).Get(ctx, &built.Checksums)
			}
			settable.Set(built, err)
		})
		return future
	}
	built, err := awaitAll[BuildResult](ctx, []workflow.Future{
		startBuild("BuildLinux", params),
		startBuild("BuildMacOS", params, "amd64"),
		startBuild("BuildMacOS", params, "arm64"),
	})
	if err != nil {
		return "", fmt.Errorf("build failed: %w", err)
	}
	var url string
	key := struct{ IdempotencyKey string }{"release-" + params.TagName}
	err = workflow.ExecuteActivity(publishing, "CreateGitHubRelease", params, built, key).
		Get(ctx, &url)
	if err != nil {
		return "", fmt.Errorf("release failed: %w", err)
	}
	err = workflow.ExecuteActivity(withOptions(ctx, build), "BuildDockerImage", params).
		Get(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("docker image failed: %w", err)
	}
	err = workflow.ExecuteActivity(publishing, "UpdateHomebrew", params, built).Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Warn("Homebrew update failed (non-fatal)", "error", err)
	}
	return url, nil
}

// ---- fixtures/integration -----------------------------------------------------------------------

type IntegrationParams struct {
	Packages      []string
	MaxConcurrent *int
}

type PackageResult struct {
	Package  string  `json:"package"`
	Passed   bool    `json:"passed"`
	Coverage float64 `json:"coverage"`
	Duration int     `json:"duration"`
	Output   string  `json:"output"`
}

type PackageReport struct {
	Coverage float64         `json:"coverage"`
	Results  []PackageResult `json:"results"`
}

var packageRetry = &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 2}

func findPackages(ctx workflow.Context, params IntegrationParams) ([]string, error) {
	packages := params.Packages
	if packages == nil {
		ctx = withOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, RetryPolicy: packageRetry,
		})
		err := workflow.ExecuteActivity(ctx, "DiscoverPackages").Get(ctx, &packages)
		if err != nil {
			return nil, fmt.Errorf("package discovery failed: %w", err)
		}
	}
	if len(packages) == 0 {
		return nil, temporal.NewApplicationError("no packages to test", "NoPackages")
	}
	return packages, nil
}

func testPackage(ctx workflow.Context, name string) workflow.Future {
	ctx = withOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Minute, RetryPolicy: packageRetry,
	})
	return workflow.ExecuteActivity(ctx, "RunPackageTests", name)
}

func collectResults(ctx workflow.Context, tests []workflow.Future) (PackageReport, error) {
	results, err := awaitAll[PackageResult](ctx, tests)
	if err != nil {
		return PackageReport{}, fmt.Errorf("package tests failed: %w", err)
	}
	report := PackageReport{Results: results}
	var failed []string
	for _, result := range results {
		report.Coverage += result.Coverage
		if !result.Passed {
			failed = append(failed, result.Package)
		}
	}
	report.Coverage /= float64(len(results))
	if failed != nil {
		message := "packages failed: " + strings.Join(failed, ", ")
		return report, temporal.NewApplicationError(message, "PackageTestsFailed", report)
	}
	return report, nil
}

// IntegrationTestWorkflow is fixtures/integration/integration.c.
func IntegrationTestWorkflow(ctx workflow.Context, params IntegrationParams) (PackageReport, error) {
	packages, err := findPackages(ctx, params)
	if err != nil {
		return PackageReport{}, err
	}
	var tests []workflow.Future
	for _, name := range packages {
		tests = append(tests, testPackage(ctx, name))
	}
	return collectResults(ctx, tests)
}

// IntegrationTestWorkflowBounded is fixtures/integration/bounded.c.
func IntegrationTestWorkflowBounded(ctx workflow.Context, params IntegrationParams) (PackageReport,
	error) {
	limit := 3
	if params.MaxConcurrent != nil {
		limit = *params.MaxConcurrent
	}
	packages, err := findPackages(ctx, params)
	if err != nil {
		return PackageReport{}, err
	}
	var tests, running []workflow.Future
	for _, name := range packages {
		if len(running) == limit {
			done := 0
			selector := workflow.NewSelector(ctx)
			for i, future := range running {
				selector.AddFuture(future, func(workflow.Future) { done = i })
			}
			selector.Select(ctx)
			running[done] = running[len(running)-1]
			running = running[:len(running)-1]
		}
		test := testPackage(ctx, name)
		tests = append(tests, test)
		running = append(running, test)
	}
	return collectResults(ctx, tests)
}

// ---- fixtures/embedding -------------------------------------------------------------------------

type EmbeddingParams struct {
	Collection string
	Model      string
	Documents  int
}

type EmbeddingResult struct {
	Embedded int
	From     int
}

// EmbeddingBatchWorkflow is fixtures/embedding/embedding.c.
func EmbeddingBatchWorkflow(ctx workflow.Context, params EmbeddingParams) (EmbeddingResult, error) {
	ctx = withOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 12 * time.Hour,
		HeartbeatTimeout:    2 * time.Minute,
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:        10 * time.Second,
			BackoffCoefficient:     2.0,
			MaximumInterval:        5 * time.Minute,
			NonRetryableErrorTypes: []string{"UnknownModel"},
		},
	})
	var result EmbeddingResult
	if err := workflow.ExecuteActivity(ctx, "EmbedBatch", params).Get(ctx, &result); err != nil {
		return result, fmt.Errorf("embedding failed: %w", err)
	}
	return result, nil
}

// ---- fixtures/selftest --------------------------------------------------------------------------

// Nap is the workflow of that name in fixtures/selftest/selftest.c.
func Nap(ctx workflow.Context, who string) (string, error) {
	err := workflow.Sleep(ctx, 3*24*time.Hour+2*time.Hour+14*time.Minute)
	if err != nil {
		return "", err
	}
	ctx = withOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 3},
	})
	var greeting string
	err = workflow.ExecuteActivity(ctx, "Greet", who).Get(ctx, &greeting)
	return greeting, err
}

// Approval is the workflow of that name in fixtures/selftest/selftest.c. Receiving ends with a
// canceled error when the run is canceled, which Go's channels do not do by themselves.
func Approval(ctx workflow.Context) (any, error) {
	var approval any
	var err error
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(workflow.GetSignalChannel(ctx, "approve"),
		func(channel workflow.ReceiveChannel, _ bool) { channel.Receive(ctx, &approval) })
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) { err = ctx.Err() })
	selector.Select(ctx)
	return approval, err
}
