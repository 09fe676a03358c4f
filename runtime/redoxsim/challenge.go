package redoxsim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
)

// Verify verifies the endpoint as Redox does when it is set up, by POST and by
// GET. The webhook must answer 200 with the challenge in the body, and must
// not answer so to a wrong token.
func (s *Sender) Verify(ctx context.Context) error {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		echoed, status, err := s.sendChallenge(ctx, method, s.Token)
		switch {
		case err != nil:
			return fmt.Errorf("challenge by %s: %w", method, err)
		case !echoed:
			return fmt.Errorf("challenge by %s: status %d, want 200 and the challenge in the body", method, status)
		}
		echoed, _, err = s.sendChallenge(ctx, method, s.Token+"-wrong")
		switch {
		case err != nil:
			return fmt.Errorf("challenge by %s with a wrong token: %w", method, err)
		case echoed:
			return fmt.Errorf("challenge by %s: the webhook answers it without checking the token", method)
		}
	}
	return nil
}

func (s *Sender) sendChallenge(ctx context.Context, method, token string) (echoed bool, status int, err error) {
	challenge := NewID()
	target, body := s.url(), ""
	if method == http.MethodPost {
		data, err := json.Marshal(map[string]string{"verification-token": token, "challenge": challenge})
		if err != nil {
			return false, 0, err
		}
		body = string(data)
	} else {
		u, err := url.Parse(target)
		if err != nil {
			return false, 0, err
		}
		q := u.Query()
		q.Set("challenge", challenge)
		q.Set("verification-token", token)
		u.RawQuery = q.Encode()
		target = u.String()
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("application-name", "RedoxEngine")
	response, err := s.Client.Do(r)
	if err != nil {
		return false, 0, httperr.Wrap(err) // the URL has the token
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return response.StatusCode == http.StatusOK && strings.Contains(string(answer), challenge), response.StatusCode, err
}
