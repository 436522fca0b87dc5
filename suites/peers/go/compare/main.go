// Command compare sets the figures of our benchmark beside those of the Go test suite.
//
//	compare BENCH.JSON GO-BENCH.TXT OUT.JSON
//
// GO-BENCH.TXT is what `go test -bench` printed; of several rounds the median counts.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"go.temporal.io/sdk/temporal"
)

var cases = []struct{ title, ours, peer, unit string }{
	{"release, happy path", "release_happy_ns", "ReleaseHappy", "ns/op"},
	{"release, a new env each run", "", "ReleaseHappy", "ns/op"}, // ours is in GO-BENCH.TXT too
	{"release, two retries", "release_two_retries_ns", "ReleaseTwoRetries", "ns/op"},
	{"one timer", "timer_1_ns", "Timers1", "ns/op"},
	{"each of 10,000 timers", "timer_ns", "Timers10000", "ns/timer"},
	{"5 parallel activities", "activities_5_ns", "Activities5", "ns/op"},
	{"50 parallel activities", "activities_50_ns", "Activities50", "ns/op"},
	{"500 parallel activities", "activities_500_ns", "Activities500", "ns/op"},
}

type row struct {
	Name            string   `json:"name"`
	OursNs          *float64 `json:"ours_ns"` // null: our benchmark has no such figure
	PeerNs          float64  `json:"peer_ns"`
	PeerMinNs       float64  `json:"peer_min_ns"`
	PeerMaxNs       float64  `json:"peer_max_ns"`
	PeerAllocations float64  `json:"peer_allocations"`
	PeerRuns        int      `json:"peer_runs"`
	Ratio           *float64 `json:"ratio"`
}

type report struct {
	Schema  int               `json:"schema"`
	Machine map[string]any    `json:"machine"`
	Peer    map[string]string `json:"peer"`
	Results []row             `json:"results"`
}

// readOurs returns name -> value.
func readOurs(path string) map[string]float64 {
	var bench struct {
		Results []struct {
			Name  string
			Value float64
		}
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &bench)
	}
	if err != nil {
		log.Fatal(err)
	}
	values := map[string]float64{}
	for _, result := range bench.Results {
		values[result.Name] = result.Value
	}
	return values
}

var benchLine = regexp.MustCompile(`^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// readPeer returns name -> unit -> sorted values.
func readPeer(path string) map[string]map[string][]float64 {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	values := map[string]map[string][]float64{}
	for line := range strings.Lines(string(text)) {
		match := benchLine.FindStringSubmatch(strings.TrimSpace(line))
		if match == nil {
			continue
		}
		if values[match[1]] == nil {
			values[match[1]] = map[string][]float64{}
		}
		fields := strings.Fields(match[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				log.Fatal(err)
			}
			unit := fields[i+1]
			values[match[1]][unit] = append(values[match[1]][unit], value)
		}
	}
	for _, units := range values {
		for _, list := range units {
			slices.Sort(list)
		}
	}
	return values
}

func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, found := strings.CutPrefix(line, "model name"); found {
			return strings.Trim(name, "\t :\n")
		}
	}
	return "unknown"
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("compare: ")
	if len(os.Args) != 4 {
		log.Fatal("usage: compare BENCH.JSON GO-BENCH.TXT OUT.JSON")
	}
	ours, peer := readOurs(os.Args[1]), readPeer(os.Args[2])
	if fresh := peer["OursFresh"]["ns/op"]; fresh != nil {
		ours[""] = fresh[len(fresh)/2]
	}
	out := report{
		Schema:  1,
		Machine: map[string]any{"cpu": cpu(), "cores": runtime.NumCPU()},
		Peer:    map[string]string{"go": runtime.Version(), "sdk": temporal.SDKVersion},
	}
	fmt.Printf("%-28s %12s %14s %8s %12s\n", "", "ours ns", "peer ns", "ratio", "peer allocs")
	for _, c := range cases {
		values, allocations := peer[c.peer][c.unit], peer[c.peer]["allocs/op"]
		if len(values) == 0 || len(allocations) == 0 {
			log.Fatalf("%s has no figure for %s", os.Args[2], c.peer)
		}
		n := len(values)
		r := row{Name: c.title, PeerNs: values[n/2], PeerMinNs: values[0],
			PeerMaxNs: values[n-1], PeerAllocations: allocations[n/2], PeerRuns: n}
		own, ratio := "-", "-"
		if value, found := ours[c.ours]; found && value > 0 {
			quotient := r.PeerNs / value
			r.OursNs, r.Ratio = &value, &quotient
			own, ratio = fmt.Sprintf("%.0f", value), fmt.Sprintf("%.0f", quotient)
		}
		out.Results = append(out.Results, r)
		fmt.Printf("%-28s %12s %14.0f %8s %12.0f\n", c.title, own, r.PeerNs, ratio,
			r.PeerAllocations)
	}
	fmt.Printf("%s, %d cores; %s, Go SDK %s\n", cpu(), runtime.NumCPU(), runtime.Version(),
		temporal.SDKVersion)
	text, err := json.MarshalIndent(out, "", "  ")
	if err == nil {
		err = os.WriteFile(os.Args[3], append(text, '\n'), 0o666)
	}
	if err != nil {
		log.Fatal(err)
	}
}
