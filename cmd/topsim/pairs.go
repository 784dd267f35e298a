package main

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// pair is one key=value argument.
type pair struct{ key, value string }

// pairs reads key=value arguments. A value @FILE is what stands in the file,
// @- standard input, and @@ begins a value with an at sign.
func (a *app) pairs(args []string) ([]pair, error) {
	var list []pair
	seen := map[string]bool{}
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if !ok || key == "" {
			return nil, usagef("%q: want key=value", arg)
		}
		if seen[key] {
			return nil, usagef("%q is given twice", key)
		}
		seen[key] = true
		value, err := a.contents(value)
		if err != nil {
			return nil, usagef("%s: %w", key, err)
		}
		list = append(list, pair{key, value})
	}
	return list, nil
}

func (a *app) contents(value string) (string, error) {
	name, isFile := strings.CutPrefix(value, "@")
	switch {
	case !isFile:
		return value, nil
	case strings.HasPrefix(name, "@"):
		return name, nil
	}
	data, err := a.read(name)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"), nil // the editor's line end is no part of the value
}

// read returns what stands in a file, or in standard input for -.
func (a *app) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(a.in)
	}
	return os.ReadFile(name)
}

// fileName is how messages name a file that read takes.
func fileName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

func asMap(list []pair) map[string]string {
	m := make(map[string]string, len(list))
	for _, p := range list {
		m[p.key] = p.value
	}
	return m
}

// setMembers sets the fields of a struct by their JSON names.
func setMembers(target any, list []pair) error {
	fields := members(target)
	for _, p := range list {
		field, ok := fields[p.key]
		if !ok {
			return usagef("no key %q%s", p.key, didYouMean(p.key, memberNames(target)))
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString(p.value)
		case reflect.Bool:
			b, err := strconv.ParseBool(p.value)
			if err != nil {
				return usagef("%s=%s: want true or false", p.key, p.value)
			}
			field.SetBool(b)
		case reflect.Int, reflect.Int64:
			n, err := strconv.ParseInt(p.value, 10, 64)
			if err != nil {
				return usagef("%s=%s: want a whole number", p.key, p.value)
			}
			field.SetInt(n)
		default:
			return fmt.Errorf("%s: cannot be set from the command line", p.key)
		}
	}
	return nil
}

func members(target any) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	value := reflect.ValueOf(target).Elem()
	for i, name := range memberNames(target) {
		fields[name] = value.Field(i)
	}
	return fields
}

// memberNames lists the JSON names of a struct's fields, in order.
func memberNames(target any) []string {
	kind := reflect.TypeOf(target).Elem()
	list := make([]string, kind.NumField())
	for i := range list {
		list[i], _, _ = strings.Cut(kind.Field(i).Tag.Get("json"), ",")
	}
	return list
}
