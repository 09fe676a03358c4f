// Package authclient has what package client tells package auth. It is apart so
// that users of auth, who never need it, do not meet it there.
package authclient

import (
	"log/slog"
	"net/http"
)

// Defaults are a client's settings, for those that credentials leave open.
type Defaults struct {
	BaseURL    string       // of the API; that of the US when empty
	HTTPClient *http.Client // nil: one that package auth makes
	Logger     *slog.Logger // nil: slog.Default()
	AllowHTTP  bool         // permit http: URLs to other machines
}
