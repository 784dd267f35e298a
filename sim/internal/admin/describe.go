package admin

import (
	"reflect"
	"slices"
)

// Kind is what a parameter of the query is written as.
type Kind string

// The kinds of parameters.
const (
	Text     Kind = "text"
	Number   Kind = "number"   // whole, not below 0
	Duration Kind = "duration" // such as 2s
)

// Param is a parameter of the query.
type Param struct {
	Name string
	Kind Kind
	Doc  string
}

// Content is the body of a request or of an answer.
type Content struct {
	Type    reflect.Type // what its JSON is made from; nil: it is none of ours, or there is no body
	Media   string       // the media type of a text; "": JSON, or no body
	Doc     string       // what the text is
	Verdict bool         // it also comes with status 409, as a no
}

// Operation describes a row of the route table.
type Operation struct {
	Method, Path string // the path as gin has it: /admin/worlds/:world
	Summary      string
	Query        []Param
	Status       int  // of success
	Guarded      bool // needs the admin token, if there is one
	Body, Answer Content
}

// Segments says what the variable parts of paths are.
var Segments = map[string]string{
	"world":      "name of the world; default is the one that calls reach without naming any",
	"id":         "id of the refund",
	"request_id": "request_id of the call",
	"name":       "name of the scenario",
	"file":       "name of the file",
}

// Operations describes the route table, for documents.
func Operations() []Operation {
	var list []Operation
	for _, r := range slices.Concat(open, guarded) {
		list = append(list, Operation{
			Method: r.method, Path: r.path, Summary: r.summary, Query: r.query, Status: r.status, Guarded: len(list) >= len(open),
			Body: r.body, Answer: r.answer,
		})
	}
	return list
}

// names are those of the parameters that the route takes.
func (r route) names() []string {
	var names []string
	for _, p := range r.query {
		names = append(names, p.Name)
	}
	return names
}
