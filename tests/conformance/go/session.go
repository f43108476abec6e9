package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// statements is what a connection and a transaction have in common.
type statements interface {
	ExecContext(context.Context, string, ...interface{}) (sql.Result, error)
	QueryContext(context.Context, string, ...interface{}) (*sql.Rows, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
}

type connection struct {
	pool        *sql.DB
	only        *sql.Conn
	wire        driver.Conn
	transaction *sql.Tx
}

func (c *connection) statements() statements {
	if c.transaction != nil {
		return c.transaction
	}
	return c.only
}

// session holds what the steps of one scenario have opened.
type session struct {
	connections map[string]*connection
	prepared    map[string]*sql.Stmt
}

var background = context.Background()

func newSession() *session {
	return &session{map[string]*connection{}, map[string]*sql.Stmt{}}
}

func (s *session) connection(on string) *connection {
	if on == "" {
		on = "a"
	}
	return s.connections[on]
}

func connect(credentials, properties string) (*sql.DB, *sql.Conn, error) {
	place := environment("DMKIT_HOST", "127.0.0.1") + ":" + environment("DMKIT_PORT", "5236")
	pool, err := sql.Open("dm", fmt.Sprintf("dm://%s@%s%s", credentials, place, properties))
	if err != nil {
		return nil, nil, err
	}
	only, err := pool.Conn(background)
	if err != nil {
		pool.Close()
	}
	return pool, only, err
}

func (s *session) open(st *step) error {
	user, password := "SYSDBA", "SYSDBA"
	if st.User != nil {
		user = *st.User
	}
	if st.Password != nil {
		password = *st.Password
	}
	properties := ""
	if st.Continue {
		properties = "?continueBatchOnError=true"
	}
	if st.MaxErrors > 0 {
		properties += fmt.Sprintf("&batchAllowMaxErrors=%d", st.MaxErrors)
	}
	pool, only, err := connect(user+":"+password, properties)
	if refused := (*url.Error)(nil); errors.As(err, &refused) { // revision 22766 takes escaped names, 33934 plain ones
		pool, only, err = connect(url.UserPassword(user, password).String(), properties)
	}
	if err != nil {
		return err
	}
	c := &connection{pool: pool, only: only}
	s.connections[st.Connect] = c
	return only.Raw(func(wire interface{}) error {
		c.wire = wire.(driver.Conn)
		return nil
	})
}

// disconnect closes the driver's connection behind the back of database/sql, which would end an open transaction first.
func (s *session) disconnect(name string) {
	c := s.connections[name]
	delete(s.connections, name)
	_ = c.wire.Close()
	if c.transaction != nil {
		_ = c.transaction.Rollback()
	}
	_ = c.only.Close()
	_ = c.pool.Close()
}

func (s *session) close() {
	for name := range s.connections {
		s.disconnect(name)
	}
}

func mismatch(what string, expected, actual interface{}) error {
	return fmt.Errorf("%s: expected %s, got %s", what, shorten(fmt.Sprint(expected)), shorten(fmt.Sprint(actual)))
}

func (s *session) query(st *step, run func(...interface{}) (*sql.Rows, error)) error {
	arguments, err := parameters(st.Params)
	if err != nil {
		return err
	}
	result, err := run(arguments...)
	if err != nil {
		return err
	}
	defer result.Close()
	return check(&outcome{Rows: st.Rows, Columns: st.Columns, Types: st.Types}, result)
}

// check reads one result to its end.
func check(expected *outcome, result *sql.Rows) error {
	columns, err := result.ColumnTypes()
	if err != nil {
		return err
	}
	var names, types []string
	for _, column := range columns {
		names = append(names, column.Name())
		types = append(types, column.DatabaseTypeName())
	}
	var actual [][]interface{}
	for result.Next() {
		row := make([]interface{}, len(columns))
		targets := make([]interface{}, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := result.Scan(targets...); err != nil {
			return err
		}
		actual = append(actual, row)
	}
	if err := result.Err(); err != nil {
		return err
	}
	if wanted := strings.Join(expected.Types, ", "); expected.Types != nil && wanted != strings.Join(types, ", ") {
		return mismatch("types", wanted, strings.Join(types, ", "))
	}
	return expected.compare(names, actual)
}

func (o *outcome) compare(names []string, actual [][]interface{}) error {
	if expected := strings.Join(o.Columns, ", "); o.Columns != nil && expected != strings.Join(names, ", ") {
		return mismatch("columns", expected, strings.Join(names, ", "))
	}
	return compare(o.Rows, actual)
}

func compare(expected *rows, actual [][]interface{}) error {
	if expected == nil {
		return nil
	}
	count := len(expected.given)
	if expected.count != nil {
		count = *expected.count
	}
	if count != len(actual) {
		return mismatch("number of rows", count, len(actual))
	}
	for r, row := range expected.given {
		if len(row) != len(actual[r]) {
			return mismatch(fmt.Sprintf("row %d, number of columns", r), len(row), len(actual[r]))
		}
		for c, v := range row {
			if want, got := v.expected(), canonical(v.kind, actual[r][c]); want != got {
				return mismatch(fmt.Sprintf("row %d, column %d", r, c), want, got)
			}
		}
	}
	return nil
}

func checkResult(st *step, result sql.Result) error {
	if st.Affected != nil {
		affected, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if affected != *st.Affected {
			return mismatch("affected rows", *st.Affected, affected)
		}
	}
	if st.LastID != nil {
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		if id != *st.LastID {
			return mismatch("last insert id", *st.LastID, id)
		}
	}
	return nil
}

func (s *session) execute(st *step, exec func(...interface{}) (sql.Result, error)) error {
	arguments, err := parameters(st.Params)
	if err != nil {
		return err
	}
	result, err := exec(arguments...)
	if err != nil {
		return err
	}
	return checkResult(st, result)
}

func (s *session) text(st *step) error {
	target := s.connection(st.On).statements()
	if st.Rows != nil || st.Query {
		return s.query(st, func(arguments ...interface{}) (*sql.Rows, error) {
			return target.QueryContext(background, st.SQL, arguments...)
		})
	}
	return s.execute(st, func(arguments ...interface{}) (sql.Result, error) {
		return target.ExecContext(background, st.SQL, arguments...)
	})
}

func (s *session) statement(st *step, prepared *sql.Stmt) error {
	if st.Rows != nil {
		return s.query(st, prepared.Query)
	}
	return s.execute(st, prepared.Exec)
}

// batch uses the driver's own way: one argument that holds all rows.
func (s *session) batch(st *step) error {
	all := make([][]interface{}, len(st.ParamsRows.given))
	for i, row := range st.ParamsRows.given {
		var err error
		if all[i], err = parameters(row); err != nil {
			return err
		}
	}
	result, err := s.connection(st.On).statements().ExecContext(background, st.Batch, all)
	if err != nil {
		return err
	}
	return checkResult(st, result)
}

func (s *session) begin(st *step) error {
	options := sql.TxOptions{ReadOnly: st.ReadOnly}
	switch st.Isolation {
	case "read_committed":
		options.Isolation = sql.LevelReadCommitted
	case "serializable":
		options.Isolation = sql.LevelSerializable
	}
	c := s.connection(st.On)
	var err error
	c.transaction, err = c.only.BeginTx(background, &options)
	return err
}

func (s *session) end(st *step) error {
	c := s.connection(st.On)
	transaction := c.transaction
	c.transaction = nil
	if st.Commit {
		return transaction.Commit()
	}
	return transaction.Rollback()
}

func (s *session) run(st *step) error {
	switch {
	case st.Connect != "":
		return s.open(st)
	case st.Disconnect != "":
		s.disconnect(st.Disconnect)
		return nil
	case st.Begin:
		return s.begin(st)
	case st.Commit || st.Rollback:
		return s.end(st)
	case st.Batch != "":
		return s.batch(st)
	case st.Explain != "":
		return errors.New("the driver has no call for a plan")
	case st.Call != "" || st.Block != "":
		return s.call(st)
	case st.Prepare != "":
		prepared, err := s.connection(st.On).statements().PrepareContext(background, st.SQL)
		s.prepared[st.Prepare] = prepared
		return err
	case st.Run != "":
		return s.statement(st, s.prepared[st.Run])
	case st.Close != "":
		return s.prepared[st.Close].Close()
	}
	return s.text(st)
}

var codeForm = regexp.MustCompile(`Error (-?\d+)`)

func (s *session) step(st *step) error {
	err := s.run(st)
	if st.Error == nil {
		return err
	}
	if err == nil {
		return fmt.Errorf("expected error %d, got success", st.Error.Code)
	}
	match := codeForm.FindStringSubmatch(err.Error())
	if match == nil || match[1] != strconv.Itoa(st.Error.Code) {
		return mismatch("error code", st.Error.Code, err)
	}
	if st.Error.Zh+st.Error.En == "" {
		return nil
	}
	for _, text := range []string{st.Error.Zh, st.Error.En} {
		if text != "" && strings.Contains(err.Error(), text) {
			return nil
		}
	}
	return mismatch("error text", []string{st.Error.Zh, st.Error.En}, err)
}
