package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// peer is a server that is put in the platform's place in tests.
type peer struct {
	name  string
	fetch string // what peers/fetch.sh installs; empty: nothing
	command
	request func(host string, id int64) []byte
	good    string // in every answer
	one     bool   // one answer to every call, so the number of refunds says nothing
	wanted  bool   // the targets hold against it
}

// command writes what a server reads into folder and says how it is started;
// home is where the server is installed.
type command func(home, folder, port string, stubs []stub) ([]string, error)

const contentType = "text/javascript;charset=UTF-8" // of TOP's JSON

// stub is what is known of a refund: the answer to taobao.refund.get.
type stub struct {
	id     int64
	answer string
}

func refundGet(host string, id int64) []byte {
	return signed(host, map[string]string{"method": "taobao.refund.get", "refund_id": fmt.Sprint(id), "fields": "refund_id,status,refund_fee,refund_version"})
}

// smallRefund asks for a refund whose id is below 2^53: Prism refuses others.
func smallRefund(host string, _ int64) []byte { return refundGet(host, 112233) }

func stripeRefund(host string, _ int64) []byte {
	call := post(host, "/v1/refunds", "application/x-www-form-urlencoded", "charge=ch_1&amount=100")
	return bytes.Replace(call, []byte("\r\n"), []byte("\r\nAuthorization: Bearer sk_test_1\r\n"), 1)
}

var peers = []peer{
	{name: "WireMock", fetch: "wiremock", command: wiremock(formParameter, nil), request: refundGet, good: "refund_version", wanted: true},
	{name: "tuned WireMock", fetch: "wiremock", command: wiremock(bodyContains, nil, unrecorded...), request: refundGet, good: "refund_version", wanted: true},
	{name: "quick WireMock", fetch: "wiremock", command: wiremock(bodyContains, quick, unrecorded...), request: refundGet, good: "refund_version", wanted: true},
	{name: "one-stub WireMock", fetch: "wiremock", command: wiremock(nil, nil, unrecorded...), request: refundGet, good: "refund_version", one: true},
	{name: "Mockoon", fetch: "mockoon", command: mockoon, request: refundGet, good: "refund_version"},
	{name: "Prism", fetch: "prism", command: prism, request: smallRefund, good: "error_response", one: true},
	{name: "stripe-mock", fetch: "stripe-mock", command: stripeMock, request: stripeRefund, good: `"object":"refund"`, one: true},
}

// simulated is topsim itself, over the same refunds.
func simulated(b built) peer {
	return peer{name: "topsim", request: refundGet, good: "refund_version", command: func(_, folder, port string, stubs []stub) ([]string, error) {
		file, err := world(folder, len(stubs))
		return []string{b.path, "serve", "--addr", "127.0.0.1:" + port, "--admin-addr", "127.0.0.1:0", "--fixtures", "demo," + file}, err
	}}
}

// What WireMock can be told to do less work, and a JVM to start sooner.
var (
	unrecorded = []string{"--no-request-journal", "--disable-request-logging"}
	quick      = []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"}
)

// formParameter is how WireMock's users would tell refunds apart,
// bodyContains costs WireMock least.
func formParameter(id int64) (string, any) {
	return "formParameters", object{"refund_id": object{"equalTo": fmt.Sprint(id)}}
}

func bodyContains(id int64) (string, any) {
	return "bodyPatterns", []any{object{"contains": fmt.Sprintf("refund_id=%d", id)}}
}

// wiremock has one mapping a refund, all in one file of its mappings folder;
// without a match it has one mapping. What else a mapping could match, such as
// the method of TOP, is left out: it would be more work for each call.
func wiremock(match func(id int64) (string, any), jvm []string, flags ...string) command {
	return func(home, folder, port string, stubs []stub) ([]string, error) {
		if match == nil {
			stubs = stubs[:1]
		}
		mappings := make([]any, len(stubs))
		for i, s := range stubs {
			request := object{"method": "POST", "urlPath": "/router/rest"}
			if match != nil {
				name, value := match(s.id)
				request[name] = value
			}
			mappings[i] = object{"request": request, "response": object{"status": 200, "headers": object{"Content-Type": contentType}, "body": s.answer}}
		}
		if err := save(filepath.Join(folder, "mappings", "refunds.json"), object{"mappings": mappings}); err != nil {
			return nil, err
		}
		jars, err := filepath.Glob(filepath.Join(home, "node_modules/wiremock/build/*.jar"))
		if err != nil || len(jars) != 1 {
			return nil, fmt.Errorf("%d jars in %s", len(jars), home)
		}
		args := slices.Concat([]string{"java"}, jvm, []string{"-jar", jars[0], "--bind-address", "127.0.0.1", "--port", port, "--root-dir", folder, "--disable-banner"})
		return append(args, flags...), nil
	}
}

// mockoon has one route, with one response and one rule a refund.
func mockoon(home, folder, port string, stubs []stub) ([]string, error) {
	uuid := func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
	responses := make([]any, len(stubs))
	for i, s := range stubs {
		responses[i] = object{
			"uuid": uuid(i + 2), "statusCode": 200, "body": s.answer, "bodyType": "INLINE", "disableTemplating": true, "default": i == 0, "rulesOperator": "OR",
			"headers": []any{object{"key": "Content-Type", "value": contentType}},
			"rules":   []any{object{"target": "body", "modifier": "refund_id", "value": fmt.Sprint(s.id), "operator": "equals", "invert": false}},
		}
	}
	file := filepath.Join(folder, "environment.json")
	return []string{
			"node", filepath.Join(home, "node_modules/@mockoon/cli/bin/run.js"), "start", "--data", file, "--port", port, "--hostname", "127.0.0.1", "--repair", "--disable-log-to-file",
		}, save(file, object{
			"uuid": uuid(0), "name": "refunds", "lastMigration": 33, "port": 3000, "rootChildren": []any{object{"type": "route", "uuid": uuid(1)}},
			"routes": []any{object{"uuid": uuid(1), "type": "http", "method": "post", "endpoint": "router/rest", "responses": responses}},
		})
}

// prism reads our description of TOP, and answers with its first example. It
// writes JSON under no other media type than JSON's own.
func prism(home, folder, port string, _ []stub) ([]string, error) {
	text, err := os.ReadFile("openapi/top.yaml")
	if err != nil {
		return nil, fmt.Errorf("run this from the root of the repository: %w", err)
	}
	file := filepath.Join(folder, "top.yaml")
	return []string{"node", filepath.Join(home, "node_modules/@stoplight/prism-cli/dist/index.js"), "mock", "--port", port, file},
		os.WriteFile(file, []byte(strings.ReplaceAll(string(text), contentType, "application/json")), 0o600)
}

// stripeMock knows Stripe's refunds instead of TOP's.
func stripeMock(home, _, port string, _ []stub) ([]string, error) {
	return []string{filepath.Join(home, "stripe-mock"), "-http-addr", "127.0.0.1:" + port}, nil
}

type object = map[string]any

func save(path string, value any) error {
	text, err := json.Marshal(value)
	return errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, text, 0o600))
}
