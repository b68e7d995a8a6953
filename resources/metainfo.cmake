# The metainfo with what only a web site can have, in the file TO:
#   cmake -D SITE=https://... -D TO=FILE -P metainfo.cmake
# SITE: where the project is at home, with resources/screenshots below screenshots/. AppStream takes no
# pictures from elsewhere.
# SPDX-License-Identifier: GPL-3.0-or-later
file(READ ${CMAKE_CURRENT_LIST_DIR}/org.sallyport.Sallyport.metainfo.xml metainfo)
set(web [[
  <url type="homepage">@SITE@</url>
  <screenshots>
    <screenshot type="default">
      <caption>A program wants to connect: the question</caption>
      <caption xml:lang="de">Ein Programm will sich verbinden: die Frage</caption>
      <image>@SITE@/screenshots/prompt.png</image>
    </screenshot>
    <screenshot>
      <caption>Which program talks to whom</caption>
      <caption xml:lang="de">Welches Programm mit wem spricht</caption>
      <image>@SITE@/screenshots/connections.png</image>
    </screenshot>
  </screenshots>
]])
string(CONFIGURE "${web}" web @ONLY)
string(REPLACE "  <launchable " "${web}  <launchable " metainfo "${metainfo}")
file(WRITE ${TO} "${metainfo}")
