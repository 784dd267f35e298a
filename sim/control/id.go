package control

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// ID is a number of up to 19 digits. In JSON it may be a number or, for
// languages whose numbers lose digits beyond 2^53, a string of digits.
type ID int64

// UnmarshalJSON implements json.Unmarshaler.
func (id *ID) UnmarshalJSON(data []byte) error {
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%s is no id: want digits, as a number or a string", data)
	}
	*id = ID(n)
	return nil
}
