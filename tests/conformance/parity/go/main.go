// Command go makes the calls of ../calls.json through the vendor's Go driver, unmodified.
//
// Environment: DMKIT_ADDRESS (host:port), DMKIT_CALLS (the file). One connection a scenario, in the order of the file.
package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	_ "github.com/godoes/gorm-dameng/dm8"
)

var background = context.Background()

// value is a parameter as the file tags it.
type value struct {
	kind string
	text string
}

func (v *value) UnmarshalJSON(data []byte) error {
	var raw interface{}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	if err := decoder.Decode(&raw); err != nil {
		return err
	}
	switch given := raw.(type) {
	case nil:
		v.kind = "null"
	case bool:
		v.kind, v.text = "bool", strconv.FormatBool(given)
	case json.Number:
		v.kind, v.text = "integer", given.String()
	case string:
		v.kind, v.text = "text", given
	case map[string]interface{}:
		times := int64(1)
		for tag, payload := range given {
			if tag == "times" {
				times, _ = payload.(json.Number).Int64()
			} else {
				v.kind, v.text = tag, payload.(string)
			}
		}
		v.text = strings.Repeat(v.text, int(times))
	}
	return nil
}

func (v value) argument() (interface{}, error) {
	switch v.kind {
	case "null":
		return nil, nil
	case "bool":
		return v.text == "true", nil
	case "integer":
		return strconv.ParseInt(v.text, 10, 64)
	case "double":
		return strconv.ParseFloat(v.text, 64)
	case "real":
		number, err := strconv.ParseFloat(v.text, 32)
		return float32(number), err
	case "bytes":
		return hex.DecodeString(v.text)
	case "timestamp":
		return time.Parse("2006-01-02 15:04:05 -07:00", v.text)
	case "text":
		return v.text, nil
	}
	return nil, fmt.Errorf("no kind of value: %q", v.kind)
}

// arguments makes named ones if the step has names.
func arguments(values []value, names []string) ([]interface{}, error) {
	out := make([]interface{}, len(values))
	for i, v := range values {
		var err error
		if out[i], err = v.argument(); err != nil {
			return nil, err
		}
		if i < len(names) {
			out[i] = sql.Named(names[i], out[i])
		}
	}
	return out, nil
}

type begin struct {
	Isolation string
	ReadOnly  bool `json:"read_only"`
}

type step struct {
	Query    string
	Execute  string
	Prepare  string
	SQL      string
	Run      string
	Rows     string
	Close    string
	Batch    string
	Params   []value
	Names    []string
	Lines    [][]value
	Take     int
	Begin    *begin
	Commit   bool
	Rollback bool
	Ping     bool
	Fails    bool
	Repeat   int
	Turns    int
}

type scenario struct {
	Name    string
	Options string
	User    string
	Fails   bool
	Steps   []step
}

type statements interface {
	ExecContext(context.Context, string, ...interface{}) (sql.Result, error)
	QueryContext(context.Context, string, ...interface{}) (*sql.Rows, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
}

type session struct {
	connection  *sql.Conn
	transaction *sql.Tx
	prepared    map[string]*sql.Stmt
}

func (s *session) statements() statements {
	if s.transaction != nil {
		return s.transaction
	}
	return s.connection
}

// read takes as many rows as the step wants, all of them if it does not say.
func read(rows *sql.Rows, take int) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row := make([]interface{}, len(columns))
	targets := make([]interface{}, len(columns))
	for i := range row {
		targets[i] = &row[i]
	}
	for taken := 0; (take == 0 || taken < take) && rows.Next(); taken++ {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *session) run(st *step) error {
	given, err := arguments(st.Params, st.Names)
	if err != nil {
		return err
	}
	switch {
	case st.Query != "":
		rows, err := s.statements().QueryContext(background, st.Query, given...)
		if err != nil {
			return err
		}
		return read(rows, st.Take)
	case st.Execute != "":
		_, err := s.statements().ExecContext(background, st.Execute, given...)
		return err
	case st.Prepare != "":
		s.prepared[st.Prepare], err = s.statements().PrepareContext(background, st.SQL)
		return err
	case st.Run != "":
		_, err := s.prepared[st.Run].ExecContext(background, given...)
		return err
	case st.Rows != "":
		rows, err := s.prepared[st.Rows].QueryContext(background, given...)
		if err != nil {
			return err
		}
		return read(rows, st.Take)
	case st.Close != "":
		return s.prepared[st.Close].Close()
	case st.Batch != "":
		var all [][]interface{}
		for turn := 0; turn < st.Turns || turn == 0; turn++ {
			for _, line := range st.Lines {
				row, err := arguments(line, nil)
				if err != nil {
					return err
				}
				all = append(all, row)
			}
		}
		_, err := s.statements().ExecContext(background, st.Batch, all)
		return err
	case st.Begin != nil:
		levels := map[string]sql.IsolationLevel{"": sql.LevelDefault, "read_uncommitted": sql.LevelReadUncommitted,
			"read_committed": sql.LevelReadCommitted, "serializable": sql.LevelSerializable}
		s.transaction, err = s.connection.BeginTx(background, &sql.TxOptions{Isolation: levels[st.Begin.Isolation], ReadOnly: st.Begin.ReadOnly})
		return err
	case st.Commit || st.Rollback:
		open := s.transaction
		s.transaction = nil
		if st.Commit {
			return open.Commit()
		}
		return open.Rollback()
	case st.Ping:
		return s.connection.PingContext(background)
	}
	return errors.New("a step that does nothing")
}

func play(sc *scenario) error {
	user := sc.User
	if user == "" {
		user = "SYSDBA:SYSDBA"
	}
	pool, err := sql.Open("dm", "dm://"+user+"@"+os.Getenv("DMKIT_ADDRESS")+"?"+sc.Options)
	if err != nil {
		return err
	}
	defer pool.Close()
	connection, err := pool.Conn(background)
	if sc.Fails {
		if err == nil {
			return errors.New("connected, which should have failed")
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer connection.Close()
	s := &session{connection, nil, map[string]*sql.Stmt{}}
	for i := range sc.Steps {
		st := &sc.Steps[i]
		for turn := 0; turn <= st.Repeat; turn++ {
			err := s.run(st)
			if (err != nil) != st.Fails {
				return fmt.Errorf("step %d: %v", i+1, err)
			}
		}
	}
	return nil
}

func main() {
	file, err := os.ReadFile(os.Getenv("DMKIT_CALLS"))
	if err != nil {
		panic(err)
	}
	var calls struct{ Scenarios []scenario }
	if err := json.Unmarshal(file, &calls); err != nil {
		panic(err)
	}
	failed := false
	for i := range calls.Scenarios {
		if err := play(&calls.Scenarios[i]); err != nil {
			fmt.Printf("%s: %v\n", calls.Scenarios[i].Name, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}
