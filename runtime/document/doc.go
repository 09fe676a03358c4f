// Package document reads the files that messages contain as base64, such as
// Media.FileContents, a note's FileContents and a result's Value, without another
// copy of them in memory:
//
//	r, err := document.Open(m.Media.FileContents)
//	…
//	_, err = io.Copy(file, r)
//
// The reader has a size and seeks, so that client.Upload can send it and repeat the
// request. To put a file into a message, use client.PutFile, which sets the fields
// beside it as well.
package document
