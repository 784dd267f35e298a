// Package oauth is one world's authorisation server (top-protocol.md §8):
// which accounts may authorise an app, the codes that stand for their consent,
// the tokens that codes and refresh tokens are traded for, and how long each is
// good for. What a token's account may do is the directory's business.
//
// The room knows no HTTP and no clock, and draws nothing by itself: requests
// arrive as parameters, times and ids are passed in. It imports wire, for the
// JSON that a token is.
package oauth
