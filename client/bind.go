package client

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// tagName is the struct tag of reply fields: `top:"name"`, lists `top:"outer>element"`.
const tagName = "top"

var errReply = errors.New("reply must be nil or a pointer to a struct")

// clearReply empties reply and refuses, before anything is sent, one that bindReply could not fill.
func clearReply(reply any) error {
	if reply == nil {
		return nil
	}
	v := reflect.ValueOf(reply)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("%w, not %T", errReply, reply)
	}
	if err := checkType(v.Elem().Type(), map[reflect.Type]bool{}); err != nil {
		return fmt.Errorf("reply %T: %w", reply, err)
	}
	v.Elem().SetZero()
	return nil
}

func checkType(t reflect.Type, seen map[reflect.Type]bool) error {
	switch t.Kind() {
	case reflect.String, reflect.Int64, reflect.Bool:
		return nil
	case reflect.Struct:
		if seen[t] {
			return nil
		}
		seen[t] = true
		tagged := 0
		for i := range t.NumField() {
			if _, ok := t.Field(i).Tag.Lookup(tagName); !ok {
				continue
			}
			tagged++
			if err := checkField(t.Field(i), seen); err != nil {
				return err
			}
		}
		if tagged == 0 {
			return fmt.Errorf("no field of %s has a tag `%s`", t, tagName)
		}
		return nil
	default:
		return fmt.Errorf("cannot decode into %s", t)
	}
}

func checkField(f reflect.StructField, seen map[reflect.Type]bool) error {
	if !f.IsExported() {
		return fmt.Errorf("field %s is tagged but not exported", f.Name)
	}
	t, isList := f.Type, strings.Contains(f.Tag.Get(tagName), ">")
	if isList != (t.Kind() == reflect.Slice) {
		return fmt.Errorf("field %s: slices, and only slices, have a tag outer>element", f.Name)
	}
	if isList {
		t = t.Elem()
	}
	if err := checkType(t, seen); err != nil {
		return fmt.Errorf("field %s: %w", f.Name, err)
	}
	return nil
}

// knowsAny reports whether n has a member that reply has a field for.
func knowsAny(reply any, n *node) bool {
	if reply == nil {
		_, found := n.member("request_id")
		return found
	}
	t := reflect.TypeOf(reply).Elem()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get(tagName), ">")
		if _, found := n.member(name); found {
			return true
		}
	}
	return false
}

// bindReply fills what reply points to, or leaves it as it is on error.
func bindReply(reply any, n *node) error {
	if reply == nil {
		return nil
	}
	target := reflect.ValueOf(reply).Elem()
	filled := reflect.New(target.Type()).Elem()
	if err := bind(filled, n); err != nil {
		return err
	}
	target.Set(filled)
	return nil
}

// bind sets v, of a type that checkType has passed, from n. An empty element is the zero value of anything.
func bind(v reflect.Value, n *node) error {
	if v.Kind() == reflect.Struct {
		return bindStruct(v, n)
	}
	if n.kind != leaf {
		return fmt.Errorf("want a %s, found a structure", v.Kind())
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.text)
	case reflect.Int64:
		if n.text == "" {
			return nil
		}
		i, err := strconv.ParseInt(n.text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not an integer", n.text)
		}
		v.SetInt(i)
	case reflect.Bool:
		// Only the documented spellings: a flag that says whether money moved is not guessed at.
		if n.text != "" && n.text != "true" && n.text != "false" {
			return fmt.Errorf("%q is not true or false", n.text)
		}
		v.SetBool(n.text == "true")
	}
	return nil
}

func bindStruct(v reflect.Value, n *node) error {
	if n.blank() {
		return nil
	}
	if n.kind == leaf && strings.HasPrefix(strings.TrimSpace(n.text), "{") { // as token_result is (G20)
		inner, err := parseJSON([]byte(n.text))
		if err != nil {
			return err
		}
		n = inner
	}
	if n.kind != object {
		return errors.New("want an object")
	}
	for i := range v.NumField() {
		tag, bound := v.Type().Field(i).Tag.Lookup(tagName)
		if !bound {
			continue
		}
		name, element, isList := strings.Cut(tag, ">")
		child, found := n.member(name)
		if !found {
			continue
		}
		var err error
		if isList {
			err = bindList(v.Field(i), child, element)
		} else {
			err = bind(v.Field(i), child)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func bindList(v reflect.Value, n *node, element string) error {
	items, err := elements(n, element)
	if err != nil || len(items) == 0 {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := bind(v.Index(i), item); err != nil {
			return fmt.Errorf("%s[%d]: %w", element, i, err)
		}
	}
	return nil
}

// elements returns the items of a list in any of its shapes: {"element":[…]}, […], repeated elements, {}, <outer/>. A
// list with other content is an error: dropping rows silently could hide a failed one.
func elements(n *node, element string) ([]*node, error) {
	switch {
	case n.kind == list:
		return n.items, nil
	case n.blank(), n.kind == object && len(n.members) == 0:
		return nil, nil
	case n.kind == leaf || len(n.members[element]) == 0:
		return nil, fmt.Errorf("want a list of %s", element)
	}
	var items []*node
	for _, m := range n.members[element] {
		if m.kind == list {
			items = append(items, m.items...)
		} else {
			items = append(items, m)
		}
	}
	return items, nil
}
