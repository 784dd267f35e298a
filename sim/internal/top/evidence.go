package top

import (
	"fmt"
	"strings"
)

// Evidence says what a belief about the platform rests on, the strongest first.
type Evidence string

// The kinds of evidence.
const (
	Seen      Evidence = "captured"     // a real answer was published
	Page      Evidence = "documented"   // an official or a vendor's page says so
	Code      Evidence = "seen in code" // SDKs or clients in use depend on it
	Inference Evidence = "inferred"     // our reading; it has an assumption
)

// Behaviour is one thing that a method does, with what it rests on.
type Behaviour struct {
	What     string
	Evidence Evidence
	Source   string // document, golden or assumption; an inference needs an assumption
}

// check reports a belief that nothing stands behind.
func (e Evidence) check(source string) error {
	switch {
	case e != Seen && e != Page && e != Code && e != Inference:
		return fmt.Errorf("has no evidence, got %q", e)
	case source == "":
		return fmt.Errorf("has no source")
	case e == Inference && !strings.Contains(source, "A-"):
		return fmt.Errorf("is inferred and names no assumption")
	}
	return nil
}

// Wire is what the gateway does for every method.
var Wire = []Behaviour{
	{What: "parameters are merged from query, form and multipart, the query first", Evidence: Page, Source: "top-protocol.md §3, A-022"},
	{What: "every received text parameter but sign is signed, empty ones included", Evidence: Code, Source: "16 of 16 requests of six SDKs, A-025"},
	{What: "md5, hmac and hmac-sha256, upper-case hex; without sign_method also the one-sided md5", Evidence: Page, Source: "top-protocol.md §4, A-024, A-029"},
	{What: "the order of the checks", Evidence: Inference, Source: "A-023; 29 before 25 and not_sub_user before the code are captured"},
	{What: "timestamps as date in GMT+8, epoch milliseconds or seconds; the window is off", Evidence: Code, Source: "A-026, A-027"},
	{What: "format defaults to xml, simplify is on only for true and JSON", Evidence: Page, Source: "top-protocol.md §3.1, A-032"},
	{What: "limits: an app's calls a day, an app's calls of a method a second, all calls of a method a second; the text counts the seconds down", Evidence: Seen, Source: "top-protocol.md §9, A-015"},
	{What: "which calls count towards a limit, whole seconds as windows, how long a ban lasts, an app's calls a second over all methods", Evidence: Inference, Source: "A-158, A-159, A-160"},
	{What: "HTTP status 200 for errors as well", Evidence: Inference, Source: "A-021"},
	{What: "compact JSON without a line end, integer code, request_id last", Evidence: Seen, Source: "G1 to G21"},
	{What: "members in page order, or alphabetical in dialect captured", Evidence: Seen, Source: "A-010"},
	{What: "/ bare, or \\/ in success bodies of dialect captured", Evidence: Seen, Source: "A-020"},
	{What: "XML declaration with a blank before ?>, and a trailing comment with the host", Evidence: Seen, Source: "G2, G7, G19"},
	{What: "an empty list is {} in JSON", Evidence: Seen, Source: "G17"},
	{What: "an empty list is an empty element in XML and [] when simplified", Evidence: Inference, Source: "A-031, A-032"},
	{What: "no member is ever null", Evidence: Inference, Source: "A-043"},
	{What: "text/javascript;charset=UTF-8 for JSON", Evidence: Seen, Source: "top-protocol.md §6.2"},
	{What: "text/xml;charset=UTF-8 for XML", Evidence: Inference, Source: "A-030"},
	{What: "gzip only for who asks", Evidence: Code, Source: "top-protocol.md §2"},
	{What: "request_id is base 36 of a random number", Evidence: Inference, Source: "A-039"},
	{What: "/router/batch takes any method, sessions may be mixed", Evidence: Page, Source: "top-protocol.md §7"},
	{What: "up to 20 calls in a batch, each answered in its place", Evidence: Inference, Source: "A-034"},
	{What: "a batch's calls and answers stand between \\r\\n-S-\\r\\n, or what the header top-api-separator names, to the letter", Evidence: Code, Source: "top-protocol.md §7"},
	{What: "a first segment #PUBLIC# holds parameters for every call of a batch; the segment N is a call without its own", Evidence: Code, Source: "top-protocol.md §7"},
	{What: "each call of a batch may name its own session and method", Evidence: Code, Source: "top-protocol.md §7"},
	{What: "a batch is signed over its query and raw body, the calls in it are not", Evidence: Code, Source: "top-protocol.md §4.3, §7"},
	{What: "the partner gateway's signature and both payloads", Evidence: Seen, Source: "partner-refund-agree.txt, A-117"},
	{What: "the partner gateway's own error numbers", Evidence: Inference, Source: "A-110, A-111, A-125"},
	{What: "the partner gateway reviews Tmall refunds on the way", Evidence: Inference, Source: "A-113"},
	{What: "members, order and types of what /token answers; nicks are URL-encoded", Evidence: Seen, Source: "top-protocol.md §8"},
	{What: "an authorize code works once and lives 30 minutes, a refresh token is replaced by a new one", Evidence: Page, Source: "top-protocol.md §8, A-134"},
	{What: "a used code is invalid_client", Evidence: Seen, Source: "A-038"},
	{What: "the other errors of OAuth", Evidence: Inference, Source: "A-038, A-137"},
	{What: "redirect_uri must be a registered one; loopback addresses are for every app", Evidence: Page, Source: "top-protocol.md §8, A-138"},
	{What: "how long tokens and security levels last, and what refreshing renews", Evidence: Inference, Source: "A-135, A-136"},
	{What: "of the security levels only W2 is enforced; R1, R2 and W1 are reported only", Evidence: Inference, Source: "A-145"},
	{What: "nobody logs in: every account of the fixture may authorise its apps", Evidence: Inference, Source: "A-144"},
	{What: "response_type=token is refused", Evidence: Inference, Source: "A-143"},
}
