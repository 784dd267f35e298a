package ledger

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
)

// binaryMark comes before a value that is no JSON.
const binaryMark = 0

// Encode writes a value as JSON, or as gob if there is a text in it that is no
// UTF-8, which JSON would mend.
func Encode(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil || !bytes.Contains(text, []byte(`\ufffd`)) {
		return text, err
	}
	out := bytes.NewBuffer([]byte{binaryMark})
	err = gob.NewEncoder(out).Encode(value)
	return out.Bytes(), err
}

// Decode reads what Encode has written into the value that is pointed to.
func Decode(data []byte, value any) error {
	if len(data) > 0 && data[0] == binaryMark {
		return gob.NewDecoder(bytes.NewReader(data[1:])).Decode(value)
	}
	return json.Unmarshal(data, value)
}
