package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// value is a tagged value of scenarios.json: null, a number, a text, or an object whose first key names the kind.
type value struct {
	kind string // null, integer, text, decimal, double, real, bytes, date, time, timestamp, timestamptz, interval_ym, interval_ds
	text string // the payload; bytes in hexadecimal
	in   *value // of a parameter that comes back (kind "out", text the kind of its value): the value that goes there
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
		*v = value{kind: "null"}
	case json.Number:
		*v = value{kind: "integer", text: given.String()}
	case string:
		*v = value{kind: "text", text: given}
	case map[string]interface{}:
		if _, comesBack := given["out"]; comesBack {
			var parameter struct {
				Out string
				In  *value
			}
			err := json.Unmarshal(data, &parameter)
			*v = value{"out", parameter.Out, parameter.In}
			return err
		}
		times := 1
		for tag, payload := range given {
			if tag == "times" {
				count, err := payload.(json.Number).Int64()
				if err != nil {
					return err
				}
				times = int(count)
			} else {
				v.kind, v.text = tag, payload.(string)
			}
		}
		v.text = strings.Repeat(v.text, times)
	default:
		return fmt.Errorf("no value of a scenario: %s", data)
	}
	return nil
}

// column generates the values of one column of generated rows.
type column struct {
	From  *int64  `json:"from"`
	Step  *int64  `json:"step"`
	Cycle []value `json:"cycle"`
	fixed value
}

func (c *column) UnmarshalJSON(data []byte) error {
	type plain column
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	if c.From == nil && c.Cycle == nil {
		return json.Unmarshal(data, &c.fixed)
	}
	return nil
}

func (c *column) at(index int) value {
	if c.From != nil {
		step := int64(1)
		if c.Step != nil {
			step = *c.Step
		}
		return value{kind: "integer", text: strconv.FormatInt(*c.From+int64(index)*step, 10)}
	}
	v := c.fixed
	if c.Cycle != nil {
		v = c.Cycle[index%len(c.Cycle)]
	}
	v.text = strings.ReplaceAll(v.text, "{i}", strconv.Itoa(index))
	return v
}

// rows of a step: given one by one, by a generator, or by their number alone.
type rows struct {
	given [][]value
	count *int
}

func (r *rows) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		r.given = [][]value{}
		return json.Unmarshal(data, &r.given)
	}
	var generator struct {
		Generate int
		Columns  []column
		Count    *int
	}
	if err := json.Unmarshal(data, &generator); err != nil {
		return err
	}
	r.count = generator.Count
	for i := 0; i < generator.Generate; i++ {
		row := make([]value, len(generator.Columns))
		for c := range generator.Columns {
			row[c] = generator.Columns[c].at(i)
		}
		r.given = append(r.given, row)
	}
	return nil
}

// literal is the text of a value for drivers that take it as such. An interval may be a literal already.
func (v value) literal() string {
	if strings.HasPrefix(v.text, "INTERVAL") {
		return v.text
	}
	switch v.kind {
	case "interval_ym":
		return "INTERVAL '" + v.text + "' YEAR(4) TO MONTH"
	case "interval_ds":
		return "INTERVAL '" + v.text + "' DAY(4) TO SECOND(6)"
	}
	return v.text
}

// parameter is what to hand to the driver.
func (v value) parameter() (interface{}, error) {
	switch v.kind {
	case "null":
		return nil, nil
	case "integer":
		return strconv.ParseInt(v.text, 10, 64)
	case "double":
		return strconv.ParseFloat(v.text, 64)
	case "real":
		number, err := strconv.ParseFloat(v.text, 32)
		return float32(number), err
	case "bytes":
		return hex.DecodeString(v.text)
	case "date":
		return time.ParseInLocation("2006-01-02", v.text, time.Local)
	case "timestamp":
		return time.ParseInLocation("2006-01-02 15:04:05", v.text, time.Local)
	case "timestamptz":
		return time.Parse("2006-01-02 15:04:05 -07:00", v.text)
	}
	return v.literal(), nil
}

func parameters(row []value) ([]interface{}, error) {
	arguments := make([]interface{}, len(row))
	for i, v := range row {
		var err error
		if arguments[i], err = v.parameter(); err != nil {
			return nil, err
		}
	}
	return arguments, nil
}

func plainDecimal(text string) string {
	number, ok := new(big.Rat).SetString(strings.TrimSpace(text))
	if !ok {
		return "not a number: " + text
	}
	return number.RatString()
}

func trimFraction(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimRight(text, "0")
	}
	return strings.TrimSuffix(text, ".")
}

var intervalForm = regexp.MustCompile(`(?i)^(?:INTERVAL\s*)?(-?)\s*'?\s*(-?)([\d :.-]+?)'?(?:\s+(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)\s*(?:\([^)]*\))?(?:\s+TO\s+(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND).*)?)?$`)

// interval gives months or seconds. Without a qualifier in the text all fields of the kind are there.
func interval(text string, months bool) string {
	match := intervalForm.FindStringSubmatch(strings.TrimSpace(text))
	if match == nil {
		return "not an interval: " + text
	}
	fields, sizes := []string{"DAY", "HOUR", "MINUTE", "SECOND"}, []int64{86400, 3600, 60, 1}
	if months {
		fields, sizes = []string{"YEAR", "MONTH"}, []int64{12, 1}
	}
	first, last := 0, len(fields)-1
	for i, field := range fields {
		if strings.EqualFold(field, match[4]) {
			first = i
			if match[5] == "" {
				last = i
			}
		}
		if strings.EqualFold(field, match[5]) {
			last = i
		}
	}
	whole, fraction, _ := strings.Cut(match[3], ".")
	parts := strings.FieldsFunc(whole, func(r rune) bool { return r == ' ' || r == ':' || r == '-' })
	if len(parts) != last-first+1 {
		return "not the fields of its qualifier: " + text
	}
	sum := int64(0)
	for i, part := range parts {
		number, _ := strconv.ParseInt(part, 10, 64)
		sum += number * sizes[first+i]
	}
	unit := " s"
	if months {
		unit = " months"
	}
	return match[1] + match[2] + trimFraction(fmt.Sprintf("%d.%s", sum, fraction)) + unit
}

// canonical gives the text under which an actual value is compared; kind is that of the expected value.
func canonical(kind string, actual interface{}) string {
	var text string
	switch v := actual.(type) {
	case nil:
		return "NULL"
	case []byte:
		if kind == "bytes" {
			return hex.EncodeToString(v)
		}
		return "bytes " + hex.EncodeToString(v)
	case time.Time:
		switch kind {
		case "date":
			return v.Format("2006-01-02")
		case "time":
			return v.Format("15:04:05.999999999")
		case "timestamp":
			return v.Format("2006-01-02 15:04:05.999999999")
		}
		return v.UTC().Format("2006-01-02 15:04:05.999999999") + " UTC"
	case bool:
		text = "0"
		if v {
			text = "1"
		}
	case float32:
		return "real " + strconv.FormatFloat(float64(v), 'g', -1, 32)
	case float64:
		if kind == "integer" || kind == "decimal" {
			return plainDecimal(strconv.FormatFloat(v, 'g', -1, 64))
		}
		return "double " + strconv.FormatFloat(v, 'g', -1, 64)
	default:
		text = fmt.Sprint(v)
	}
	switch kind {
	case "integer", "decimal":
		return plainDecimal(text)
	case "interval_ym":
		return interval(text, true)
	case "interval_ds":
		return interval(text, false)
	}
	return text
}

// expected gives the text under which an expected value is compared.
func (v value) expected() string {
	switch v.kind {
	case "null":
		return "NULL"
	case "bytes", "text":
		return v.text
	case "timestamptz":
		when, err := time.Parse("2006-01-02 15:04:05 -07:00", v.text)
		if err != nil {
			return err.Error()
		}
		return canonical(v.kind, when)
	case "double", "real":
		number, err := v.parameter()
		if err != nil {
			return err.Error()
		}
		return canonical(v.kind, number)
	case "time", "timestamp":
		return trimFraction(v.text)
	}
	return canonical(v.kind, v.text)
}

// shorten keeps messages readable.
func shorten(text string) string {
	if runes := []rune(text); len(runes) > 120 {
		return fmt.Sprintf("%s… (%d characters)", string(runes[:100]), len(runes))
	}
	return text
}
