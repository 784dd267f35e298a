package ledger

import (
	"encoding"
	"encoding/json"
	"reflect"
)

var (
	jsonWriter = reflect.TypeFor[json.Marshaler]()
	textWriter = reflect.TypeFor[encoding.TextMarshaler]()
)

// rewrite changes every text in a place that JSON knows of. What the place
// points to is copied first, so that nobody else who has it sees a change.
func rewrite(place reflect.Value, change func(string) string) {
	if self := reflect.PointerTo(place.Type()); self.Implements(jsonWriter) || self.Implements(textWriter) {
		return
	}
	switch place.Kind() {
	case reflect.String:
		place.SetString(change(place.String()))
	case reflect.Struct:
		for field, value := range place.Fields() {
			// A struct that is embedded lends its exported fields even if its own name is not exported.
			if field.IsExported() || field.Anonymous && field.Type.Kind() == reflect.Struct {
				rewrite(value, change)
			}
		}
	case reflect.Array:
		for i := range place.Len() {
			rewrite(place.Index(i), change)
		}
	case reflect.Slice:
		rewriteSlice(place, change)
	case reflect.Map:
		rewriteMap(place, change)
	case reflect.Pointer:
		if !place.IsNil() {
			place.Set(rewritten(place.Elem(), change).Addr())
		}
	case reflect.Interface:
		if !place.IsNil() {
			place.Set(rewritten(place.Elem(), change))
		}
	}
}

// rewritten is a copy of a value in a place of its own, rewritten.
func rewritten(value reflect.Value, change func(string) string) reflect.Value {
	place := reflect.New(value.Type()).Elem()
	place.Set(value)
	rewrite(place, change)
	return place
}

func rewriteSlice(place reflect.Value, change func(string) string) {
	if place.IsNil() || place.Type().Elem().Kind() == reflect.Uint8 { // JSON writes bytes as base64
		return
	}
	list := reflect.MakeSlice(place.Type(), place.Len(), place.Len())
	reflect.Copy(list, place)
	for i := range list.Len() {
		rewrite(list.Index(i), change)
	}
	place.Set(list)
}

func rewriteMap(place reflect.Value, change func(string) string) {
	if place.IsNil() {
		return
	}
	table := reflect.MakeMapWithSize(place.Type(), place.Len())
	for key, value := range place.Seq2() {
		table.SetMapIndex(rewritten(key, change), rewritten(value, change))
	}
	place.Set(table)
}
