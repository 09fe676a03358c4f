package redox

import "reflect"

// resume is Continue.
func resume(b *Builder, from Message) {
	if b.schema == nil {
		return // Build says so
	}
	if v := reflect.ValueOf(from); from == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		addFault(b, "", "required", "a message to continue")
		return
	}
	text, err := from.AppendJSON(nil)
	if err != nil {
		addFault(b, "", "type", "a message to continue that is JSON")
		return
	}
	carried, dropped, total, err := compiled(b.schema).Carry(text, "Meta")
	if err != nil {
		addFault(b, "", "type", "a message to continue that is an object")
		return
	}
	b.total += total
	b.dropped = append(b.dropped, dropped[:min(len(dropped), MaxViolations-len(b.dropped))]...)

	brought := decodeFor(b, carried)
	message := reflect.ValueOf(b.message).Elem()
	for i := range message.NumField() {
		section := message.Field(i)
		if section.Kind() != reflect.Slice || section.Len() > 0 {
			continue
		}
		if n := brought.Field(i).Len(); n > 0 {
			if b.carried == nil {
				b.carried = make(map[any]int)
			}
			b.carried[section.Addr().Interface()] = n
		}
	}
	merge(message, brought, false)
}

// decodeFor returns a new struct of the builder's type with what text, written by
// the codec, holds. Nothing that is missing from text is remembered as such.
func decodeFor(b *Builder, text []byte) reflect.Value {
	v := reflect.New(reflect.TypeOf(b.message).Elem())
	_ = Unmarshal(text, v.Interface()) // the text is an object, so there is no error
	return v.Elem()
}

// merge sets fields of dst to what src has; with over also those that are set.
// It goes into structs and takes slices as a whole.
func merge(dst, src reflect.Value, over bool) {
	if dst.IsZero() {
		dst.Set(src)
		return
	}
	if dst.Kind() != reflect.Struct {
		if over && !src.IsZero() {
			dst.Set(src)
		}
		return
	}
	for i := 1; i < dst.NumField(); i++ { // the first is Object
		merge(dst.Field(i), src.Field(i), over)
	}
}
