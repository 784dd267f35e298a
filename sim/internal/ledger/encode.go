package ledger

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// bytesMark comes before a value whose texts stand for bytes.
const bytesMark = 0

// Encode writes a value as JSON. If there is a text in it that is no UTF-8,
// which JSON would mend, its texts are written byte for byte. Types that write
// themselves as JSON or text are left alone.
func Encode(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil || !bytes.Contains(text, []byte(`\ufffd`)) {
		return text, err
	}
	text, err = json.Marshal(rewritten(reflect.ValueOf(value), widen).Interface())
	return append([]byte{bytesMark}, text...), err
}

// Decode reads what Encode has written into the value that is pointed to, which
// is empty.
func Decode(data []byte, value any) error {
	if len(data) == 0 || data[0] != bytesMark {
		return json.Unmarshal(data, value)
	}
	if err := json.Unmarshal(data[1:], value); err != nil {
		return err
	}
	rewrite(reflect.ValueOf(value).Elem(), narrow)
	return nil
}

// widen makes a character of each byte of a text, as Latin-1 does, so that it
// is UTF-8 whatever it was.
func widen(text string) string {
	wide := make([]rune, len(text))
	for i := range len(text) {
		wide[i] = rune(text[i])
	}
	return string(wide)
}

// narrow is the way back.
func narrow(text string) string {
	short := make([]byte, 0, len(text))
	for _, char := range text {
		short = append(short, byte(char))
	}
	return string(short)
}
