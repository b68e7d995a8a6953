// Which package a file came with: what dpkg and rpm say, in their words.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "client/package_owner.h"

using namespace Qt::StringLiterals;
using namespace sallyport;

namespace {

// As QWidget does it: its children go while it can still be told.
class Window : public QObject {
  public:
    ~Window() override { qDeleteAll(children()); }
};

}  // namespace

class PackageOwnerTest : public QObject {
    Q_OBJECT
  private:
    QByteArray path_;

    static void put(const QTemporaryDir& folder, const QString& name, const QByteArray& script) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + script);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }

    QString packageOf(const QString& path) {
        QString found = u"(not called)"_s;
        bool called = false;
        client::findPackage(path, this, [&](const QString& package) {
            found = package;
            called = true;
        });
        if (called)
            return u"(called at once)"_s;
        for (int i = 0; i < 1000 && !called; ++i)
            QTest::qWait(10);
        return found;
    }

  private slots:
    void initTestCase() { path_ = qgetenv("PATH"); }
    void cleanup() { qputenv("PATH", path_); }

    void dpkgIsAsked_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("package");
        QTest::newRow("plain") << u"/usr/bin/curl"_s << u"curl 7.88.1-10"_s;
        QTest::newRow("of an architecture") << u"/usr/lib/x/helper"_s << u"libx1 1:2"_s;
        QTest::newRow("listed by the name before the merge") << u"/usr/bin/bash"_s << u"bash 5.2"_s;
        QTest::newRow("of two") << u"/usr/bin/two"_s << u"first 1"_s;
        QTest::newRow("diverted") << u"/usr/bin/diverted"_s << u"curl 7.88.1-10"_s;
        QTest::newRow("nobody's") << u"/home/u/tool"_s << QString();
        QTest::newRow("a pattern") << u"/usr/bin/cur[l]"_s << QString();
        QTest::newRow("an option") << u"--help"_s << QString();
        QTest::newRow("nothing") << QString() << QString();
    }
    void dpkgIsAsked() {
        QFETCH(QString, path);
        QFETCH(QString, package);
        QTemporaryDir folder;
        put(folder, u"dpkg-query"_s, R"(
if [ "$1" = -S ]; then
    shift 2
    for f in "$@"; do
        case $f in
            /usr/bin/curl | /usr/bin/cur?l?) echo "curl: $f" ;;
            /usr/lib/x/helper) echo "libx1:amd64: $f" ;;
            /bin/bash) echo "bash: $f" ;;
            /usr/bin/two) echo "first, second: $f" ;;
            /usr/bin/diverted) echo "diversion by other from: $f"
                echo "diversion by other to: $f.real"
                echo "curl: $f" ;;
            *) echo "dpkg-query: no path found matching pattern $f" >&2; rc=1 ;;
        esac
    done
    exit ${rc:-0}
fi
case $5 in
    curl) echo "curl 7.88.1-10" ;;
    libx1:amd64) echo "libx1 1:2" ;;
    bash) echo "bash 5.2" ;;
    first) echo "first 1" ;;
    *) exit 1 ;;
esac
)");
        qputenv("PATH", folder.path().toLocal8Bit());
        QCOMPARE(packageOf(path), package);
    }

    void rpmIsAskedWhereDpkgDoesNotKnow() {
        QTemporaryDir folder;
        put(folder, u"rpm"_s, R"(
[ "$5" = /usr/bin/curl ] && echo "curl 8.6.0-7.fc40" && exit 0
echo "file $5 is not owned by any package"
exit 1
)");
        qputenv("PATH", folder.path().toLocal8Bit());
        QCOMPARE(packageOf(u"/usr/bin/curl"_s), u"curl 8.6.0-7.fc40"_s);
        QCOMPARE(packageOf(u"/usr/bin/none"_s), QString());
    }

    void withoutEitherThereIsNone() {
        const QTemporaryDir folder;
        qputenv("PATH", folder.path().toLocal8Bit());
        QCOMPARE(packageOf(u"/usr/bin/curl"_s), QString());
    }

    void whoIsGoneIsNotCalled() {
        QTemporaryDir folder;
        put(folder, u"dpkg-query"_s, "sleep 0.2\necho 'curl: /usr/bin/curl'\n");
        qputenv("PATH", folder.path().toLocal8Bit() + ':' + path_);
        bool called = false;
        auto context = std::make_unique<Window>();
        client::findPackage(u"/usr/bin/curl"_s, context.get(),
                            [&called](const QString&) { called = true; });
        context.reset();
        QTest::qWait(400);
        QVERIFY(!called);
    }

    void theRealOneKnowsItsOwnFiles() {
        const QString dpkg = QStandardPaths::findExecutable(u"dpkg-query"_s);
        if (dpkg.isEmpty())
            QSKIP("no dpkg here");
        QVERIFY(packageOf(u"/usr/bin/dpkg-query"_s).startsWith(u"dpkg "_s));
    }
};

QTEST_GUILESS_MAIN(PackageOwnerTest)
#include "package_owner_test.moc"
