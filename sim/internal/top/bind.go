package top

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// binder turns text parameters into a parameter struct:
//
//	RefundID *int64   `top:"refund_id" validate:"required" doc:"refund number"`
//	Fields   []string `top:"fields" validate:"required"`       // comma list
//	Order    *orderIn `top:"order_req"`                        // JSON text
//
// A required number is a pointer, because 0 is a value. A parameter that is
// sent empty counts as absent. Values are read leniently, as SDKs differ:
// quoted numbers, True and 1, null members. Parameters that the struct
// does not have are ignored; they were signed all the same.
type binder struct {
	t      reflect.Type
	fields []boundField
}

type boundField struct {
	name     string
	index    int
	required bool
	doc      string
	members  *binder // of an object or of a list's items
}

func compileBinder(t reflect.Type) (*binder, error) {
	b := &binder{t: t}
	for i := range t.NumField() {
		f := t.Field(i)
		field := boundField{name: f.Tag.Get("top"), index: i, doc: f.Tag.Get("doc")}
		if field.name == "" {
			return nil, fmt.Errorf("%s: field %s has no top tag", t, f.Name)
		}
		field.required = strings.Contains(","+f.Tag.Get("validate")+",", ",required,")
		inner := base(f.Type)
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		switch inner.Kind() {
		case reflect.Struct:
			members, err := compileBinder(inner)
			if err != nil {
				return nil, err
			}
			field.members = members
		case reflect.String, reflect.Int64, reflect.Bool:
		default:
			return nil, fmt.Errorf("%s: field %s: no parameter form for %s", t, f.Name, f.Type)
		}
		b.fields = append(b.fields, field)
	}
	return b, tryTags(t)
}

// tryTags finds a validate tag that is misspelt, which would otherwise panic
// in the first call.
func tryTags(t reflect.Type) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%s: %v", t, fault)
		}
	}()
	_ = validation.Struct(reflect.New(t).Interface())
	return nil
}

func base(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func (b *binder) describe() []Param {
	params := make([]Param, len(b.fields))
	for i, f := range b.fields {
		params[i] = Param{Name: f.name, Type: paramType(b.t.Field(f.index).Type), Required: f.required, Doc: f.doc}
		if f.members != nil {
			params[i].Params = f.members.describe()
		}
	}
	return params
}

func paramType(t reflect.Type) string {
	switch t = base(t); t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "Object[]"
		}
		return "List"
	case reflect.Struct:
		return "Object"
	case reflect.Int64:
		return "Number"
	case reflect.Bool:
		return "Boolean"
	}
	return "String"
}

// bind fills *into, a pointer to the binder's type. Absent required parameters
// are reported before wrong ones: 40 and 41 with the name, members as
// param.member.
func (b *binder) bind(params map[string]string, into any) *Fault {
	target := reflect.ValueOf(into).Elem()
	var wrong []string
	for _, f := range b.fields {
		text := params[f.name]
		if text == "" {
			continue
		}
		var value any = text
		field := target.Field(f.index)
		switch {
		case f.members != nil:
			parsed, err := parseJSON(text)
			if err != nil {
				wrong = append(wrong, f.name)
				continue
			}
			value = parsed
		case field.Kind() == reflect.Slice:
			value = commaList(text)
		}
		wrong = append(wrong, f.set(field, value, f.name)...)
	}
	return validate(into, wrong)
}

// commaList splits a basic list; blanks around the names don't count. The new
// Go SDK sends a list that was not set as [] (top-protocol.md §3.3).
func commaList(text string) []any {
	if text == "[]" {
		return nil
	}
	var items []any
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// parseJSON reads exactly one JSON value, keeping numbers as they are written.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the value")
	}
	return value, nil
}

// set stores a value and returns the paths that don't fit.
func (f boundField) set(target reflect.Value, value any, path string) []string {
	if value == nil {
		return nil
	}
	if target.Kind() == reflect.Pointer {
		// Set also if wrong, so that what an object lacks is found beside it.
		target.Set(reflect.New(target.Type().Elem()))
		return f.set(target.Elem(), value, path)
	}
	switch target.Kind() {
	case reflect.Struct:
		object, ok := value.(map[string]any)
		if !ok {
			return []string{path}
		}
		var wrong []string
		for _, m := range f.members.fields {
			wrong = append(wrong, m.set(target.Field(m.index), object[m.name], path+"."+m.name)...)
		}
		return wrong
	case reflect.Slice:
		return f.setList(target, value, path)
	}
	if !setScalar(target, value) {
		return []string{path}
	}
	return nil
}

func (f boundField) setList(target reflect.Value, value any, path string) []string {
	items, ok := value.([]any)
	if !ok {
		return []string{path}
	}
	if len(items) == 0 {
		return nil // absent, or a required list could be "," or []
	}
	list := reflect.MakeSlice(target.Type(), len(items), len(items))
	var wrong []string
	for i, item := range items {
		wrong = append(wrong, f.set(list.Index(i), item, fmt.Sprintf("%s[%d]", path, i))...)
	}
	target.Set(list)
	return wrong
}

func setScalar(target reflect.Value, value any) bool {
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = strconv.FormatBool(v)
	default:
		return false
	}
	switch target.Kind() {
	case reflect.String:
		target.SetString(text)
	case reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || text[0] == '+' {
			return false
		}
		target.SetInt(n)
	case reflect.Bool:
		switch text {
		case "true", "True", "TRUE", "1":
			target.SetBool(true)
		case "false", "False", "FALSE", "0", "":
			target.SetBool(false)
		default:
			return false
		}
	}
	return true
}

// validation is our own instance: gin's global one stays untouched.
var validation = newValidation()

func newValidation() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("top") })
	return v
}

// validate applies the validate tags and picks the fault to report.
func validate(params any, wrong []string) *Fault {
	known := func(path string) bool { // also of a member of what is wrong as a whole
		return slices.ContainsFunc(wrong, func(w string) bool { return path == w || strings.HasPrefix(path, w+".") })
	}
	var failures validator.ValidationErrors
	if err := validation.Struct(params); err != nil && !errors.As(err, &failures) {
		return Refuse("invalid-arguments", err.Error())
	}
	for _, failure := range failures {
		_, path, _ := strings.Cut(failure.Namespace(), ".")
		if known(path) {
			continue
		}
		if failure.Tag() == "required" {
			return Refuse("missing-arguments", path)
		}
		wrong = append(wrong, path)
	}
	if len(wrong) > 0 {
		return Refuse("invalid-arguments", wrong[0])
	}
	return nil
}
