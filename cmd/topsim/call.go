package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// signing are the flags of whatever signs a call.
type signing struct {
	appKey, secret, signMethod, format string
	simplify                           bool
}

func (s *signing) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&s.appKey, "app-key", "12345678", "app_key")
	flags.StringVar(&s.secret, "secret", "helloworld", "the app's secret")
	flags.StringVar(&s.signMethod, "sign-method", string(client.HMACSHA256), "md5, hmac or hmac-sha256")
	flags.StringVar(&s.format, "format", "json", "json or xml")
	flags.BoolVar(&s.simplify, "simplify", false, "ask for simplified JSON")
	choose(c, "sign-method", string(client.MD5), string(client.HMAC), string(client.HMACSHA256))
	choose(c, "format", "json", "xml")
}

// options turns the flags into those of the client.
func (s *signing) options() ([]client.Option, error) {
	format := client.Format(s.format)
	switch {
	case format != client.JSON && format != client.XML:
		return nil, usagef("--format: %q: want json or xml", s.format)
	case s.simplify && format == client.XML:
		return nil, usagef("--simplify is for JSON, not for --format xml")
	case s.simplify:
		format = client.SimplifiedJSON
	}
	if _, err := client.Sign(client.Digest(s.signMethod), "", nil); err != nil {
		return nil, usagef("--sign-method: %q: want md5, hmac or hmac-sha256", s.signMethod)
	}
	return []client.Option{client.WithFormat(format), client.WithDigest(client.Digest(s.signMethod))}, nil
}

const callHelp = `Call signs a call, sends it and prints the answer's body as it came. Parameters are key=value, public ones such as session
among them; those given replace what call adds by itself (app_key, timestamp, v, format, sign_method, sign).
A value @FILE is read from the file, @- from standard input; @@ stands for a leading @.

Exit codes: 0 the body is no error_response, 1 it is one or no answer came, 2 a wrong flag or argument.
A polite no inside a normal body, such as succ=false, is exit code 0.`

const callExample = `  %[1]s call taobao.refund.get session=c-sub refund_id=43234234 fields=refund_id,status,refund_fee
  %[1]s call taobao.rp.refunds.agree session=c-sub 'refund_infos=3123123|12000|1409294148715' ignore_code=true
  %[1]s call taobao.pc.refund.submit --pretty 'refund_agreement_order_req={"biz_order_id":"10000001","out_biz_id":"my-1",
      "biz_claim_type":1,"refund_fee":100,"apply_refund_text_id":500032,"goods_status":2,"buyer_id":10000001}'
  %[1]s call taobao.pc.refund.submit refund_agreement_order_req=@order.json`

// callFlags are the flags of call.
type callFlags struct {
	signing
	remote
	gateway, scenario string
	headers           []string // Name: value
	timeout           time.Duration
	pretty, verbose   bool
}

func (a *app) call() *cobra.Command {
	f := &callFlags{}
	c := &cobra.Command{
		Use:               "call METHOD [KEY=VALUE…]",
		Short:             "Sign and send a call, print the answer",
		Long:              callHelp,
		Example:           fmt.Sprintf(callExample, a.self()),
		Args:              takes(1, -1),
		ValidArgsFunction: completeCall,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.send(cmd, f, args[0], args[1:]) },
	}
	flags := c.Flags()
	flags.StringVar(&f.gateway, "gateway", a.serverURL("addr", defaultGateway), "address of the gateway")
	flags.StringVarP(&f.world, "world", "w", "", "send to this world, by the path /w/NAME (default: the app_key's world)")
	a.bindEnv(flags, "gateway", "world")
	f.flags(c)
	flags.StringArrayVarP(&f.headers, "header", "H", nil, "send this header, 'Name: value'; may be repeated")
	flags.StringVar(&f.scenario, "scenario", "", "send the header "+scenarioHeader+": let this scenario bend the call, and no other call")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "how long to wait for the answer")
	flags.BoolVar(&f.pretty, "pretty", false, "indent a JSON body")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show on standard error what is sent and what comes back")
	f.app, f.token = a, a.env[variable("admin-token")] // to complete --world
	f.admin = cmp.Or(a.env[variable("admin")], a.serverURL("admin-addr", defaultAdmin))
	_ = c.RegisterFlagCompletionFunc("world", f.completeWorlds) // fails only for a flag that isn't there
	_ = c.RegisterFlagCompletionFunc("scenario", f.scenarioNames)
	return c
}

func (a *app) send(cmd *cobra.Command, f *callFlags, method string, args []string) error {
	if strings.Contains(method, "=") {
		return usagef("%q stands where the method should: call METHOD [KEY=VALUE…]", method)
	}
	params, err := a.pairs(args)
	if err != nil {
		return err
	}
	options, err := f.options()
	if err != nil {
		return err
	}
	target, err := address(f.gateway, f.world)
	if err != nil {
		return badValue(cmd, "gateway", "%w", err)
	}
	headers, err := f.header()
	if err != nil {
		return err
	}
	transport := http.DefaultTransport
	if f.verbose {
		transport = &narrator{app: a, next: transport}
	}
	if len(headers) > 0 {
		transport = &bearer{headers: headers, next: transport}
	}
	options = append(options, client.WithHTTPClient(&http.Client{Timeout: f.timeout, Transport: transport}))
	body, err := client.New(target, f.appKey, f.secret, options...).Call(cmd.Context(), method, asMap(params))
	if len(body) > 0 {
		a.printf("%s\n", f.shown(body))
	}
	var lost *client.UnknownOutcomeError
	switch {
	case errors.As(err, &lost) && nobody(err):
		return a.unreachable(target, err)
	case errors.As(err, &lost):
		return fmt.Errorf("%s: %w", target, err)
	case err != nil:
		return usage(err)
	}
	if refused := asRefusal(body); refused != nil {
		a.hint(cmd.Context(), f, method, params, refused)
		return silently(exitFailed)
	}
	return nil
}

// address is a gateway's with the path of a world, "" for none.
func address(gateway, world string) (string, error) {
	u, err := url.Parse(withScheme(gateway))
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q: want an address such as %s", gateway, defaultGateway)
	}
	base := strings.TrimSuffix(strings.TrimRight(u.String(), "/"), "/router/rest")
	if world != "" {
		base += "/w/" + url.PathEscape(world)
	}
	return base, nil
}

func (f *callFlags) shown(body []byte) []byte {
	var out bytes.Buffer
	if f.pretty && json.Indent(&out, body, "", "  ") == nil {
		return out.Bytes()
	}
	return body
}

// refusal is an error_response.
type refusal struct {
	Code      int    `json:"code" xml:"code"`
	RequestID string `json:"request_id" xml:"request_id"`
}

// asRefusal reads an error_response in JSON or XML; nil for any other body.
func asRefusal(body []byte) *refusal {
	var document struct {
		Error *refusal `json:"error_response"`
	}
	if err := json.Unmarshal(body, &document); err == nil {
		return document.Error
	}
	var element struct {
		XMLName xml.Name `xml:"error_response"` // the root must be this one
		refusal
	}
	if err := xml.Unmarshal(body, &element); err == nil {
		return &element.refusal
	}
	return nil
}

// badSign is TOP's code for a signature that is not the request's.
const badSign = 25

// worldFlag names the world that answered, unless it is the default one: an
// app_key leads to its world without naming it.
func (f *callFlags) worldFlag(ctx context.Context) string {
	name := f.world
	_ = f.do(ctx, glance, func(ctx context.Context, ctl control.Control) error { // without the control plane, as it was called
		worlds, err := ctl.Worlds(ctx)
		for _, w := range worlds {
			if slices.Contains(w.AppKeys, f.appKey) && (name == "" || name == sim.DefaultWorld) {
				name = w.Name
			}
		}
		return err
	})
	if name == "" || name == sim.DefaultWorld {
		return ""
	}
	return " --world " + name
}

// hint helps after a refusal: where a wrong signature is explained, and which
// names are misspelt. TOP itself ignores unknown parameters, so they are no
// error of the command line.
func (a *app) hint(ctx context.Context, f *callFlags, method string, params []pair, r *refusal) {
	if r.Code == badSign {
		a.notef("topsim: `%s explain%s %s` says what is wrong with the signature", a.self(), f.worldFlag(ctx), printable(r.RequestID))
		return
	}
	var methods []string
	for _, line := range methodNames() {
		name, _, _ := strings.Cut(line, "\t")
		methods = append(methods, name)
	}
	known := methodParams(method)
	if known == nil {
		if near, ok := nearest(method, methods); ok && near != method {
			a.notef("topsim: did you mean %s?", near)
		}
		return
	}
	known = append(known, publicParams...)
	taken := asMap(params)
	for _, p := range params {
		if near, ok := nearest(p.key, known); ok && near != p.key && taken[near] == "" {
			a.notef("topsim: %s has no parameter %q%s", method, p.key, didYouMean(p.key, known))
		}
	}
}

// publicParams are TOP's own (top-protocol.md §3.1).
var publicParams = []string{
	"app_key", "session", "timestamp", "v", "sign_method", "sign", "format", "simplify", "target_app_key", "partner_id", "method",
}
