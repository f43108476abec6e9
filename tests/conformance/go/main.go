// Command go runs the scenarios of ../scenarios.json through the vendor's Go driver, unmodified and with its defaults.
//
// Environment: DMKIT_HOST, DMKIT_PORT, DMKIT_SCENARIOS (file with the scenarios to run, all of them).
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

type expectedError struct {
	Code int
	Zh   string
	En   string
}

// step of a scenario; README.md beside scenarios.json tells what each field means.
type step struct {
	On         string
	SQL        string
	Params     []value
	Query      bool
	Rows       *rows
	Columns    []string
	Types      []string
	Affected   *int64
	LastID     *int64 `json:"last_id"`
	Error      *expectedError
	Prepare    string
	RunParams  []value `json:"run_params"`
	Run        string
	Close      string
	Begin      bool
	Isolation  string
	Commit     bool
	Rollback   bool
	Batch      string
	ParamsRows *rows `json:"params_rows"`
	Connect    string
	User       *string
	Password   *string
	Disconnect string
	Call       string
	Block      string
	Returns    string
	Out        []outcome
	Results    []outcome
	Explain    string
	Plan       []string
	Continue   bool `json:"continue_on_error"`
	MaxErrors  int  `json:"max_errors"`
	ReadOnly   bool `json:"read_only"`
	source     string
}

// UnmarshalJSON refuses fields that this harness does not know: their checks would not be made.
func (s *step) UnmarshalJSON(data []byte) error {
	type plain step
	s.source = string(data)
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(s))
}

type scenario struct {
	Name  string
	Steps []step
}

func environment(name, otherwise string) string {
	if given := os.Getenv(name); given != "" {
		return given
	}
	return otherwise
}

func (s *scenario) run() (failure string) {
	connections := newSession()
	defer connections.close()
	number := 0
	defer func() {
		if crash := recover(); crash != nil {
			failure = fmt.Sprintf("step %d: the driver crashed: %v", number, crash)
		}
	}()
	if err := connections.run(&step{Connect: "a"}); err != nil {
		return "login: " + err.Error()
	}
	for i := range s.Steps {
		number = i + 1
		if err := connections.step(&s.Steps[i]); err != nil {
			return fmt.Sprintf("step %d: %s\n    %s", number, shorten(s.Steps[i].source), err)
		}
	}
	return ""
}

func main() {
	file := environment("DMKIT_SCENARIOS", "../scenarios.json")
	text, err := os.ReadFile(file)
	var table struct{ Scenarios []scenario }
	if err == nil {
		err = json.Unmarshal(text, &table)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", file, err)
		os.Exit(2)
	}
	passed, failed := 0, 0
	for i := range table.Scenarios {
		s := &table.Scenarios[i]
		if failure := s.run(); failure != "" {
			failed++
			fmt.Printf("FAILED %s\n    %s\n", s.Name, failure)
		} else {
			passed++
			fmt.Println("passed", s.Name)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
