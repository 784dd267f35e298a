package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/client"
)

const signHelp = `Sign shows, without a server, how the signature of a call comes about: the parameters in order, the base string, what is
put around it, the digest. Parameters are as for "call"; with a sign among them, it says whether that is right (exit code
4 if not). --quiet prints the signature alone, for scripts; --curl the whole signed call as a command to paste.`

const signExample = `  %[1]s sign taobao.item.seller.get session=test 'timestamp=2016-01-01 12:00:00' sign_method=md5 \
      fields=num_iid,title,nick,price,num num_iid=11223344
  %[1]s sign --curl taobao.refund.get session=c-sub refund_id=43234234 fields=status`

// digests names what each sign_method computes.
var digests = map[client.Digest]string{client.MD5: "MD5", client.HMAC: "HMAC-MD5", client.HMACSHA256: "HMAC-SHA256"}

// signFlags are the flags of sign.
type signFlags struct {
	signing
	gateway, world               string
	showSecret, all, quiet, curl bool
}

func (a *app) sign() *cobra.Command {
	f := &signFlags{}
	c := &cobra.Command{
		Use:               "sign METHOD [KEY=VALUE…]",
		Short:             "Show how a call is signed, step by step",
		Long:              signHelp,
		Example:           fmt.Sprintf(signExample, a.self()),
		Args:              takes(1, -1),
		ValidArgsFunction: completeCall,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.explainSign(cmd, f, args[0], args[1:]) },
	}
	f.flags(c)
	flags := c.Flags()
	flags.BoolVar(&f.showSecret, "show-secret", false, "print the secret instead of asterisks")
	flags.BoolVar(&f.all, "all", false, "add the signatures by all three sign_methods")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print the signature alone")
	flags.BoolVar(&f.curl, "curl", false, "print the signed call as a command for curl")
	flags.StringVar(&f.gateway, "gateway", a.serverURL("addr", defaultGateway), "with --curl: address of the gateway")
	flags.StringVarP(&f.world, "world", "w", "", "with --curl: send to this world, by the path /w/NAME (default: the app_key's world)")
	a.bindEnv(flags, "gateway", "world")
	return c
}

func (a *app) explainSign(cmd *cobra.Command, f *signFlags, method string, args []string) error {
	if f.quiet && f.curl {
		return usagef("--quiet and --curl print one thing each; want one of them")
	}
	given, err := a.pairs(args)
	if err != nil {
		return err
	}
	params, err := f.seal(method, asMap(given), time.Now())
	if err != nil {
		return err
	}
	digest := client.Digest(params["sign_method"])
	sign, err := client.Sign(digest, f.secret, params)
	if err != nil {
		return usage(err)
	}
	switch {
	case f.quiet:
		a.printf("%s\n", sign)
	case f.curl:
		target, err := address(f.gateway, f.world)
		if err != nil {
			return badValue(cmd, "gateway", "%w", err)
		}
		a.printf("%s\n", curl(target+"/router/rest", params, sign))
	default:
		a.steps(f, digest, params, sign)
	}
	if other := params["sign"]; other != "" && other != sign {
		return &exitError{exitCheckFailed, fmt.Errorf("the sign given, %s, is not that of these parameters and this secret", other)}
	}
	return nil
}

// seal adds the public parameters that call would send.
func (s *signing) seal(method string, given map[string]string, now time.Time) (map[string]string, error) {
	if _, err := s.options(); err != nil {
		return nil, err
	}
	gmt8 := time.FixedZone("GMT+8", 8*60*60)
	params := map[string]string{
		"method": method, "app_key": s.appKey, "timestamp": now.In(gmt8).Format(time.DateTime), "v": "2.0",
		"format": s.format, "sign_method": s.signMethod,
	}
	if s.simplify {
		params["simplify"] = "true"
	}
	maps.Copy(params, given)
	return params, nil
}

// curl is a signed call as a command for a POSIX shell, a line for each
// parameter. A sign among the parameters is sent as it is.
func curl(target string, params map[string]string, sign string) string {
	all := map[string]string{"sign": sign}
	maps.Copy(all, params)
	var command strings.Builder
	command.WriteString("curl -sS " + shellQuote(target))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		command.WriteString(" \\\n  --data-urlencode " + shellQuote(name+"="+all[name]))
	}
	return command.String()
}

func (a *app) steps(f *signFlags, digest client.Digest, params map[string]string, sign string) {
	secret := strings.Repeat("*", 8)
	if f.showSecret {
		secret = f.secret
	}
	base := client.BaseString(params)
	a.printf("1. All parameters but sign, sorted by name in byte order:\n\n")
	t := newTable("NAME", "VALUE")
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if name != "sign" {
			t.add("   "+name, params[name])
		}
	}
	t.headings[0] = "   NAME"
	t.print(a.out)
	a.printf("\n2. The base string, names and values without separators, UTF-8, not URL-encoded:\n\n   %s\n", base)
	switch digest {
	case client.MD5:
		a.printf("\n3. For sign_method=md5, the secret before and behind it:\n\n   %s%s%s\n", secret, base, secret)
	default:
		a.printf("\n3. For sign_method=%s, nothing around it; the secret %s is the key.\n", digest, secret)
	}
	a.printf("\n4. %s in upper-case hex is the sign:\n\n   %s\n", digests[digest], sign)
	if given := params["sign"]; given == sign {
		a.printf("   The sign given is the same.\n")
	}
	if f.all {
		a.printf("\nBy sign_method, which takes part in the base string:\n\n")
		all := newTable("   SIGN_METHOD", "SIGN")
		for _, other := range []client.Digest{client.MD5, client.HMAC, client.HMACSHA256} {
			changed := maps.Clone(params)
			changed["sign_method"] = string(other)
			signed, _ := client.Sign(other, f.secret, changed) // fails only for an unknown digest
			all.add("   "+string(other), signed)
		}
		all.print(a.out)
	}
}
