package gateway

// masked is a text for the log that a caller may have had a say in. Making it
// costs too much for every call.
func (x *exchange) masked(text string) string {
	if x.world == nil || x.world.Mask == nil {
		return text
	}
	return x.world.Mask(text)
}

// loggedMethod leaves a known method as it is. Any other is whatever the caller
// has sent.
func (x *exchange) loggedMethod(name string) string {
	if x.door == oauthDoor || x.door == partnerDoor { // named by the door
		return name
	}
	if _, known := x.world.TOP.Registry.Find(name); known {
		return name
	}
	return x.masked(name)
}

// loggedSubCode leaves that of a row as it is. A scenario's own words may repeat
// what the caller has sent.
func (x *exchange) loggedSubCode(row, subCode string) string {
	if row != "" {
		return subCode
	}
	return x.masked(subCode)
}
