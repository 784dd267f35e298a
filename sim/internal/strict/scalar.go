package strict

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// gmt8 is the zone of all times of the platform; a fixed one, as there may be no time zone data around.
var gmt8 = time.FixedZone("GMT+8", 8*3600)

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && coreTag(n) }

func isBool(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!bool" }

func isNumber(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float")
}

// coreTag reports whether a node has no tag in the text, or one that says what the node is anyway.
func coreTag(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle == 0 {
		return true
	}
	switch n.Tag {
	case "!!map":
		return n.Kind == yaml.MappingNode
	case "!!seq":
		return n.Kind == yaml.SequenceNode
	case "!!str", "!!int", "!!float", "!!bool":
		return n.Kind == yaml.ScalarNode
	}
	return false
}

// describe names a value in a message.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind != yaml.ScalarNode:
		return "an alias"
	case isNumber(n):
		return "the number " + bare(n.Value)
	case isBool(n):
		return bare(n.Value)
	}
	return "text " + clip(n.Value)
}

// clip quotes a text for a message and shortens a long one.
func clip(s string) string {
	const limit = 60
	count := 0
	for i := range s {
		if count++; count > limit {
			return strconv.Quote(s[:i] + "…")
		}
	}
	return strconv.Quote(s)
}

// bare is clip without the quotes.
func bare(s string) string {
	quoted := clip(s)
	return quoted[1 : len(quoted)-1]
}

// unexpected reports a value that is not what the type wants.
func (d *decoder) unexpected(n *yaml.Node, at mark, t reflect.Type, path *step) {
	want := "text"
	switch {
	case t == timeType:
		want = `a time like "2006-01-02 15:04:05" (GMT+8) or "2006-01-02T15:04:05+08:00"`
	case t == durationType:
		want = `a duration like "72h" or "10m"`
	case t.Kind() == reflect.Bool:
		want = "true or false"
	case t == membersType:
		want = "a mapping"
	case t.Kind() == reflect.Slice:
		want = "a list"
	case t.Kind() == reflect.Map || t.Kind() == reflect.Struct:
		want = "a mapping"
	case t.Kind() != reflect.String:
		want = "a number"
	}
	hint := ""
	if t.Kind() == reflect.String && isBool(n) {
		hint = "; quote it if it is meant as text"
	}
	d.problemf(at, path, "expected %s, got %s%s", want, describe(n), hint)
}

// unmarshalText gives a scalar's text to a type that knows how to read it.
func (d *decoder) unmarshalText(n *yaml.Node, at mark, out encoding.TextUnmarshaler, path *step) {
	if n.Kind != yaml.ScalarNode {
		d.problemf(at, path, "expected text, got %s", describe(n))
	} else if err := out.UnmarshalText([]byte(n.Value)); err != nil {
		d.problemf(at, path, "%s: %v", clip(n.Value), err)
	}
}

// scalar reads anything but lists and mappings.
func (d *decoder) scalar(n *yaml.Node, at mark, out reflect.Value, path *step) {
	isText := !isNumber(n) && !isBool(n)
	t := out.Type()
	switch {
	case t == timeType:
		if when, ok := ParseTime(n.Value); ok && isText {
			out.Set(reflect.ValueOf(when))
			return
		}
	case t == durationType:
		if span, err := time.ParseDuration(n.Value); err == nil && (isText || n.Value == "0") {
			out.SetInt(int64(span))
			return
		}
	case t.Kind() == reflect.Interface:
		d.anything(n, at, out, path)
		return
	case t.Kind() == reflect.String && !isBool(n):
		out.SetString(n.Value)
		return
	case t.Kind() == reflect.Bool && isBool(n):
		if strings.EqualFold(n.Value, "true") || strings.EqualFold(n.Value, "false") {
			out.SetBool(strings.EqualFold(n.Value, "true"))
			return
		}
	case out.CanFloat() && isNumber(n),
		(out.CanInt() || out.CanUint()) && (isNumber(n) || plainInt(n.Value)):
		if complaint := setNumber(out, n.Value); complaint != "" {
			d.problemf(at, path, "%s", complaint)
		}
		return
	}
	d.unexpected(n, at, t, path)
}

// anything reads a scalar as what it looks like.
func (d *decoder) anything(n *yaml.Node, at mark, out reflect.Value, path *step) {
	var into reflect.Value
	switch {
	case isBool(n):
		into = reflect.New(reflect.TypeFor[bool]()).Elem()
	case !isNumber(n):
		into = reflect.New(reflect.TypeFor[string]()).Elem()
	case !plainInt(n.Value):
		into = reflect.New(reflect.TypeFor[float64]()).Elem()
	default:
		into = reflect.New(reflect.TypeFor[int64]()).Elem()
		if _, err := strconv.ParseInt(n.Value, 10, 64); err != nil && n.Value[0] != '-' {
			into = reflect.New(reflect.TypeFor[uint64]()).Elem()
		}
	}
	d.scalar(n, at, into, path)
	out.Set(into)
}

// setNumber stores a number exactly, or says why it cannot.
func setNumber(out reflect.Value, source string) (complaint string) {
	bits := out.Type().Bits()
	shown := bare(source)
	switch {
	case !plainFloat(source):
		return fmt.Sprintf("expected a number in plain digits, got %s; quote it if it is meant as text", shown)
	case out.CanFloat():
		x, err := strconv.ParseFloat(source, bits)
		if err != nil {
			return shown + " is out of range"
		}
		out.SetFloat(x)
	case !plainInt(source):
		return "expected a whole number, got " + shown
	case out.CanInt():
		x, err := strconv.ParseInt(source, 10, bits)
		if err != nil {
			return fmt.Sprintf("%s is out of range, expected a number from %d to %d",
				shown, int64(math.MinInt64)>>(64-bits), int64(math.MaxInt64)>>(64-bits))
		}
		out.SetInt(x)
	default:
		x, err := strconv.ParseUint(strings.TrimPrefix(source, "+"), 10, bits)
		if err != nil {
			return fmt.Sprintf("%s is out of range, expected a number from 0 to %d",
				shown, uint64(math.MaxUint64)>>(64-bits))
		}
		out.SetUint(x)
	}
	return ""
}
