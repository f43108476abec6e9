package main

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/godoes/gorm-dameng/dm8"
)

// outcome of a query, a result of a call, or what an OUT parameter holds: a value or, of a cursor, rows.
type outcome struct {
	value   value
	Rows    *rows
	Columns []string
	Types   []string
}

func (o *outcome) UnmarshalJSON(data []byte) error {
	type plain outcome
	if strings.HasPrefix(string(data), "{") {
		if err := json.Unmarshal(data, (*plain)(o)); err != nil || o.Rows != nil {
			return err
		}
	}
	return json.Unmarshal(data, &o.value)
}

// destination is a variable of the Go type that the driver can fill with a kind of value.
func destination(kind string) (interface{}, error) {
	switch kind {
	case "integer":
		return new(sql.NullInt64), nil
	case "double":
		return new(sql.NullFloat64), nil
	case "text", "bytes": // a []byte is refused (6007); in a string bytes come as hexadecimal digits
		return new(sql.NullString), nil
	case "clob":
		return new(dm8.DmClob), nil
	case "decimal":
		return new(dm8.DmDecimal), nil
	case "date", "timestamp":
		return new(sql.NullTime), nil
	case "cursor":
		return new(driver.Rows), nil
	}
	return nil, fmt.Errorf("no type of an OUT parameter: %s", kind)
}

// filled is what came into a destination.
func filled(variable interface{}) (interface{}, error) {
	if clob, ok := variable.(*dm8.DmClob); ok {
		length, err := clob.GetLength()
		if err != nil || length == 0 {
			return "", err
		}
		return clob.ReadString(1, int(length))
	}
	return variable.(driver.Valuer).Value()
}

func (o *outcome) check(at int, variable interface{}) error {
	if cursor, ok := variable.(*driver.Rows); ok {
		return o.checkCursor(*cursor)
	}
	actual, err := filled(variable)
	if err != nil {
		return err
	}
	if digits, ok := actual.(string); ok && o.value.kind == "bytes" {
		actual = strings.ToLower(digits)
	}
	if want, got := o.value.expected(), canonical(o.value.kind, actual); want != got {
		return mismatch(fmt.Sprintf("OUT parameter %d", at), want, got)
	}
	return nil
}

func (o *outcome) checkCursor(cursor driver.Rows) error {
	defer cursor.Close()
	names := cursor.Columns()
	var actual [][]interface{}
	for {
		values := make([]driver.Value, len(names))
		if err := cursor.Next(values); err == io.EOF {
			return o.compare(names, actual)
		} else if err != nil {
			return err
		}
		row := make([]interface{}, len(values))
		for i, v := range values {
			row[i] = v
		}
		actual = append(actual, row)
	}
}

// call executes a routine or block; the driver fills the variables of sql.Out.
func (s *session) call(st *step) error {
	text := st.Block
	if st.Call != "" {
		marks := strings.TrimPrefix(strings.Repeat(", ?", len(st.Params)), ", ")
		text = fmt.Sprintf("CALL %s(%s)", st.Call, marks)
	}
	given := st.Params
	if st.Returns != "" {
		text = "? = " + text
		given = append([]value{{kind: "out", text: st.Returns}}, given...)
	}
	var arguments, variables []interface{}
	for _, p := range given {
		argument, err := p.parameter()
		if p.kind == "out" {
			var variable interface{}
			variable, err = p.variable()
			variables = append(variables, variable)
			argument = sql.Out{Dest: variable, In: p.in != nil}
		}
		if err != nil {
			return err
		}
		arguments = append(arguments, argument)
	}
	if err := s.executeCall(st, text, arguments); err != nil {
		return err
	}
	if len(st.Out) != len(variables) {
		return mismatch("number of OUT parameters", len(st.Out), len(variables))
	}
	for i, variable := range variables {
		if err := st.Out[i].check(i, variable); err != nil {
			return err
		}
	}
	return nil
}

// variable of a parameter that comes back, with the value that goes there.
func (v value) variable() (interface{}, error) {
	variable, err := destination(v.text)
	if err != nil || v.in == nil {
		return variable, err
	}
	there, err := v.in.parameter()
	if err != nil {
		return nil, err
	}
	return variable, variable.(sql.Scanner).Scan(there)
}

func (s *session) executeCall(st *step, text string, arguments []interface{}) error {
	target := s.connection(st.On).statements()
	if st.Results == nil {
		_, err := target.ExecContext(background, text, arguments...)
		return err
	}
	result, err := target.QueryContext(background, text, arguments...)
	if err != nil {
		return err
	}
	defer result.Close()
	for i := range st.Results {
		if i > 0 && !result.NextResultSet() {
			return mismatch("number of results", len(st.Results), i)
		}
		if err := check(&st.Results[i], result); err != nil {
			return err
		}
	}
	if result.NextResultSet() {
		return mismatch("number of results", len(st.Results), "more")
	}
	return result.Err()
}
