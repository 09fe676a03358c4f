package client

import "github.com/redoxgen/redoxgen/runtime/redox"

// Check says why Send, or Query for a query, would refuse the message before
// any request; nil if it would not. It does not use the network, so it cannot
// tell what Redox thinks of the message, and observers are told nothing.
//
// Errors are *Error, of the classes ErrInvalid, ErrUnsupported, ErrTestMessage
// and ErrTooLarge.
func (c *Client) Check(message redox.Message, opts ...CallOption) error {
	op := OpSend
	if message != nil && !isNilPointer(message) && message.RedoxEvent().Kind == redox.Query {
		op = OpQuery
	}
	body := newBody()
	defer body.release()
	_, err := c.prepare(op, message, body, c.options(opts))
	return err
}
