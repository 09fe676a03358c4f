package alloc

import "sync"

// MaxPooled is how large a buffer may be to be kept for the next message.
const MaxPooled = 1 << 20

// buffers hold padded copies of messages, and encoded messages that are validated.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// TakeBuffer returns a buffer for one message, until ReturnBuffer.
func TakeBuffer() *[]byte { return buffers.Get().(*[]byte) }

// ReturnBuffer ends the use of what TakeBuffer returned.
func ReturnBuffer(b *[]byte) {
	if cap(*b) <= MaxPooled {
		buffers.Put(b)
	}
}
