package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/topsim/topsim/sim/control"
)

// The media types of texts.
const (
	schemaType = "application/schema+json"
	yamlType   = "application/yaml; charset=utf-8"
	jsonType   = "application/json; charset=utf-8"
)

// handler serves a call. What it takes and answers is known by the types that
// it works with, so that a description can't say anything else.
type handler struct {
	serve        func(*call) (any, error)
	body, answer Content
	large        bool // the answer may take many megabytes
}

// large marks a call whose answer may take many megabytes: only a few of them
// are made and sent at once.
func large(h handler) handler {
	h.large = true
	return h
}

// maxLarge is how many large answers there are at once; further callers wait.
const maxLarge = 8

// health says that the simulator is alive.
type health struct {
	Status string `json:"status"` // ok
}

// done says that what was asked for has happened.
type done struct {
	OK bool `json:"ok"`
}

// text is an answer that is no JSON of ours.
type text struct {
	contentType string
	body        []byte
}

// verdict is an answer whose no is a 409, so that curl -f notices.
type verdict struct {
	body any
	ok   bool
}

func (v verdict) status(success int) int {
	if v.ok {
		return success
	}
	return http.StatusConflict
}

func jsonOf[T any]() Content { return Content{Type: reflect.TypeFor[T]()} }

// give answers a value as JSON.
func give[Out any](serve func(*call) (Out, error)) handler {
	return handler{answer: jsonOf[Out](), serve: func(c *call) (any, error) { return serve(c) }}
}

// doing answers that it is done.
func doing(serve func(*call) error) handler {
	return give(func(c *call) (done, error) { return done{true}, serve(c) })
}

// file answers bytes as they are.
func file(contentType string, serve func(*call) ([]byte, error)) handler {
	return handler{answer: Content{Media: contentType}, serve: func(c *call) (any, error) {
		body, err := serve(c)
		return text{contentType, body}, err
	}}
}

// fixed always answers the same bytes.
func fixed(contentType string, body func() []byte) handler {
	return file(contentType, func(*call) ([]byte, error) { return body(), nil })
}

// judged makes a verdict of an answer.
func judged[Out any](h handler, ok func(Out) bool) handler {
	serve := h.serve
	h.answer.Verdict = true
	h.serve = func(c *call) (any, error) {
		out, err := serve(c)
		if err != nil {
			return nil, err
		}
		return verdict{out, ok(out.(Out))}, nil
	}
	return h
}

// What bounds a request body: one in JSON; a scenario, a rule or a snapshot.
const (
	maxBody = 1 << 20
	maxText = 16 << 20 // as much as package strict reads
)

// withText reads a body in YAML or JSON as it is; package strict reads it.
func withText[Out any](doc string, serve func(*call, []byte) (Out, error)) handler {
	h := give(func(c *call) (out Out, err error) {
		data, err := io.ReadAll(http.MaxBytesReader(c.gin.Writer, c.gin.Request.Body, maxText))
		if err != nil {
			return out, control.Invalid("body", "could not be read, or is larger than %d bytes", maxText)
		}
		return serve(c, data)
	})
	h.body = Content{Media: "application/yaml", Doc: doc}
	return h
}

// withBody decodes a JSON body strictly; no body is an empty object.
func withBody[In, Out any](serve func(*call, In) (Out, error)) handler {
	h := give(func(c *call) (out Out, err error) {
		var in In
		data, err := io.ReadAll(http.MaxBytesReader(c.gin.Writer, c.gin.Request.Body, maxBody))
		if err != nil {
			return out, control.Invalid("body", "could not be read, or is larger than %d bytes", maxBody)
		}
		if len(bytes.TrimSpace(data)) > 0 {
			dec := json.NewDecoder(bytes.NewReader(data))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&in); err != nil {
				return out, badJSON(err)
			}
			if _, err := dec.Token(); !errors.Is(err, io.EOF) {
				return out, control.Invalid("body", "something stands after the JSON value")
			}
		}
		return serve(c, in)
	})
	h.body = jsonOf[In]()
	return h
}
