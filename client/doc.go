// Package client speaks to the refund APIs of the Taobao Open Platform (TOP): production, sandbox or a simulator of it.
// It uses the standard library only and shares no code with any server, so that each can prove the other wrong.
//
//	c := client.New("http://127.0.0.1:8620", "12345678", "helloworld", client.WithSession("c-sub"))
//	res, err := c.Agree(ctx, client.AgreeRequest{RefundInfos: infos})
//
// # The three kinds of error of a write
//
//   - [*Error]: the platform answered and refused. Its sub_code says why.
//   - [*UnknownOutcomeError]: no usable answer. The money may have moved: read the refund with [Client.Reread], never
//     repeat the write blindly. [OutcomeUnknown] also covers an [*Error] of the platform's own back end (isp.*).
//   - anything else: the call was refused here and nothing was sent.
//
// No error does not mean paid either: [AgreeResult.Paid] does.
//
// The client never repeats a call by itself and never follows a redirect. It is safe for concurrent use.
//
// [Client.Batch] sends up to twenty calls at once; each has its own error.
//
// # Sessions
//
// [Client.AuthorizeURL] is where an account authorises the app, [Client.ExchangeCode] trades the code that comes back for
// a [Token], whose AccessToken is what [WithSession] takes.
//
// # Own methods
//
// Any method works through [Client.Call] (raw bytes) or [Client.Execute] with a [Request] and a reply struct of one's own.
// Reply fields carry the tag `top:"wire_name"`, lists `top:"outer>element"`; see [Client.Execute].
package client
