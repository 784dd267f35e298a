package client

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Decode reads an answer of method that came some other way: a log, a recorded body, the jdp_response column of an RDS
// push table. body is XML, JSON or simplified JSON, recognised by its look; reply is as for [Client.Execute]. JSON
// without the root member is taken if reply knows at least one of its members. An error_response is returned as
// [*Error]; any other error means the body is not an answer of method, and reply is then empty.
func Decode(method string, body []byte, reply any) error {
	if err := clearReply(reply); err != nil {
		return fmt.Errorf("decode %s: %w", method, err)
	}
	if err := decode(method, body, true, reply); err != nil {
		return fmt.Errorf("decode %s: %w", method, err)
	}
	return nil
}

// decode fills reply, which clearReply has seen. bare allows an answer without its root member.
func decode(method string, body []byte, bare bool, reply any) error {
	err := decodeTree(method, body, bare, reply)
	var refusal *Error
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	if strings.HasPrefix(method, tokenMethods) { // an excerpt could show a token
		return fmt.Errorf("unreadable answer of %d bytes: %w", len(body), err)
	}
	excerpt := body[:min(len(body), 120)]
	return fmt.Errorf("unreadable answer %q: %w", excerpt, err)
}

const errorRoot = "error_response"

func decodeTree(method string, body []byte, bare bool, reply any) error {
	tree, err := parse(body)
	if err != nil {
		return err
	}
	if refusal, found := tree.member(errorRoot); found {
		return decodeError(refusal)
	}
	answer, found := tree.member(rootName(method))
	switch {
	case found:
	case bare && tree.json && knowsAny(reply, tree):
		answer = tree
	default:
		return fmt.Errorf("no %s in it", rootName(method))
	}
	if answer.kind != object {
		return fmt.Errorf("%s is not an object", rootName(method))
	}
	if err := bindReply(reply, answer); err != nil {
		return err
	}
	if result, ok := reply.(*TokenResult); ok && result.Token.AccessToken == "" {
		*result = TokenResult{}
		return errNoToken
	}
	return nil
}

func decodeError(n *node) error {
	var wire struct {
		Code      int64  `top:"code"`
		Msg       string `top:"msg"`
		SubCode   string `top:"sub_code"`
		SubMsg    string `top:"sub_msg"`
		RequestID string `top:"request_id"`
	}
	if err := bindReply(&wire, n); err != nil {
		return fmt.Errorf("error_response: %w", err)
	}
	if wire.Code == 0 {
		return errors.New("error_response without a code")
	}
	return &Error{
		Code: int(wire.Code), Msg: wire.Msg,
		SubCode: wire.SubCode, SubMsg: wire.SubMsg, RequestID: wire.RequestID,
	}
}

// rootName is the member or element that wraps an answer: "taobao.rp.refunds.agree" → "rp_refunds_agree_response".
// Prefixes other than taobao stay.
func rootName(method string) string {
	return strings.ReplaceAll(strings.TrimPrefix(method, "taobao."), ".", "_") + "_response"
}

// parse turns a body of either notation into a tree whose members are the root elements.
func parse(body []byte) (*node, error) {
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		return nil, errors.New("empty body")
	case trimmed[0] == '<':
		return parseXML(trimmed)
	default:
		return parseJSON(trimmed)
	}
}
