package redoxtest

// Feed returns a feed from this server to the webhook at url. Its methods
// return errors; NewFeed makes one that fails a test.
func (s *Server) Feed(url, token string, options ...FeedOption) *Feed {
	return NewFeed(nil, url, token, options...)
}
