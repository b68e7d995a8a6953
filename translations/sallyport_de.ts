<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>NameWords</name>
    <message>
        <source>some time ago</source>
        <translation>vor einiger Zeit</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>vor %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1 min</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>vor %1 h</translation>
    </message>
    <message>
        <source>answered to this program %1</source>
        <comment>when</comment>
        <translation>%1 diesem Programm geantwortet</translation>
    </message>
    <message>
        <source>said in the connection itself (TLS)</source>
        <translation>in der Verbindung selbst genannt (TLS)</translation>
    </message>
    <message>
        <source>said in the connection itself (QUIC)</source>
        <translation>in der Verbindung selbst genannt (QUIC)</translation>
    </message>
    <message>
        <source>said in the connection itself (HTTP)</source>
        <translation>in der Verbindung selbst genannt (HTTP)</translation>
    </message>
    <message>
        <source>from the system&apos;s resolver %1, not known which program asked</source>
        <comment>when</comment>
        <translation>%1 vom Resolver des Systems; welches Programm fragte, ist nicht bekannt</translation>
    </message>
    <message>
        <source>from systemd-resolved %1, not known which program asked</source>
        <comment>when</comment>
        <translation>%1 von systemd-resolved; welches Programm fragte, ist nicht bekannt</translation>
    </message>
    <message>
        <source>answered to another program %1: may be another host at the same address</source>
        <comment>when</comment>
        <translation>%1 einem anderen Programm geantwortet: kann ein anderer Rechner an derselben Adresse sein</translation>
    </message>
    <message>
        <source>given with the question</source>
        <translation>mit der Frage angegeben</translation>
    </message>
    <message>
        <source>rules do not go by it</source>
        <translation>Regeln richten sich nicht danach</translation>
    </message>
    <message>
        <source>in list %1</source>
        <comment>one or more</comment>
        <translation>in Liste %1</translation>
    </message>
    <message>
        <source>The address is in list: %1</source>
        <comment>one or more</comment>
        <translation>Die Adresse steht in Liste: %1</translation>
    </message>
</context>
<context>
    <name>ProgramNames</name>
    <message>
        <source>Any program</source>
        <translation>Jedes Programm</translation>
    </message>
    <message>
        <source>Linux kernel</source>
        <translation>Linux-Kernel</translation>
    </message>
    <message>
        <source>Unknown program</source>
        <translation>Unbekanntes Programm</translation>
    </message>
</context>
<context>
    <name>QuestionWords</name>
    <message>
        <source>no file</source>
        <translation>keine Datei</translation>
    </message>
    <message>
        <source>%1 wants to accept a connection from</source>
        <comment>program</comment>
        <translation>%1 möchte eine Verbindung annehmen von</translation>
    </message>
    <message>
        <source>%1 wants to connect to</source>
        <comment>program</comment>
        <translation>%1 möchte sich verbinden mit</translation>
    </message>
    <message>
        <source>on %1 of this machine</source>
        <comment>port</comment>
        <translation>an %1 dieses Rechners</translation>
    </message>
    <message>
        <source>this machine</source>
        <comment>the address belongs to it</comment>
        <translation>dieser Rechner</translation>
    </message>
    <message>
        <source>several receivers</source>
        <comment>a multicast or broadcast address</comment>
        <translation>mehrere Empfänger</translation>
    </message>
    <message numerus="yes">
        <source>%n connections waiting</source>
        <translation>
            <numerusform>%n Verbindung wartet</numerusform>
            <numerusform>%n Verbindungen warten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2, %3</source>
        <comment>heading, address, port and protocol</comment>
        <translation>%1 %2, %3</translation>
    </message>
    <message>
        <source>It runs from memory: there is no file to look at.</source>
        <translation>Es läuft aus dem Speicher: Es gibt keine Datei, die man ansehen könnte.</translation>
    </message>
    <message>
        <source>It could not be found out which program this is.</source>
        <translation>Welches Programm das ist, ließ sich nicht feststellen.</translation>
    </message>
    <message>
        <source>Its file was deleted or replaced while it runs.</source>
        <translation>Seine Datei wurde gelöscht oder ersetzt, während es läuft.</translation>
    </message>
    <message>
        <source>It is not this machine&apos;s file of that path: it comes from a container or pretends to be another program.</source>
        <translation>Es ist nicht die Datei dieses Rechners mit diesem Pfad: Es kommt aus einem Container oder gibt sich als anderes Programm aus.</translation>
    </message>
    <message>
        <source>Its file lies in a folder where any program of yours can write.</source>
        <translation>Seine Datei liegt in einem Ordner, in den jedes eigene Programm schreiben kann.</translation>
    </message>
    <message>
        <source>A script, run by %1.</source>
        <comment>interpreter</comment>
        <translation>Ein Skript, ausgeführt von %1.</translation>
    </message>
    <message>
        <source>A tool that connects on behalf of what starts it.</source>
        <translation>Ein Werkzeug, das im Auftrag dessen verbindet, der es startet.</translation>
    </message>
    <message>
        <source>Waiting for %1 s; blocked once in %2 s if nobody answers.</source>
        <translation>Wartet seit %1 s; wird in %2 s einmalig blockiert, wenn niemand antwortet.</translation>
    </message>
    <message>
        <source>this address and port</source>
        <translation>diese Adresse und dieser Port</translation>
    </message>
    <message>
        <source>this address and protocol</source>
        <translation>diese Adresse und dieses Protokoll</translation>
    </message>
    <message>
        <source>this address</source>
        <translation>diese Adresse</translation>
    </message>
    <message>
        <source>everything %1 accepts</source>
        <comment>program</comment>
        <translation>alles, was %1 annimmt</translation>
    </message>
    <message>
        <source>everything %1 connects to</source>
        <comment>program</comment>
        <translation>alles, womit %1 sich verbindet</translation>
    </message>
    <message>
        <source>this connection</source>
        <comment>how long an answer counts</comment>
        <translation>diese Verbindung</translation>
    </message>
    <message>
        <source>until it exits</source>
        <comment>how long an answer counts</comment>
        <translation>bis es endet</translation>
    </message>
    <message>
        <source>5 minutes</source>
        <comment>how long an answer counts</comment>
        <translation>5 Minuten</translation>
    </message>
    <message>
        <source>1 hour</source>
        <comment>how long an answer counts</comment>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>until restart</source>
        <comment>how long an answer counts</comment>
        <translation>bis zum Neustart</translation>
    </message>
    <message>
        <source>for ever</source>
        <comment>how long an answer counts</comment>
        <translation>für immer</translation>
    </message>
    <message>
        <source>this connection only</source>
        <translation>nur diese Verbindung</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>scope, how long</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>this port from any address: %1</source>
        <comment>port</comment>
        <translation>dieser Port von jeder Adresse: %1</translation>
    </message>
    <message>
        <source>this port at any address: %1</source>
        <comment>port</comment>
        <translation>dieser Port bei jeder Adresse: %1</translation>
    </message>
    <message>
        <source>%1 alone, whatever its address</source>
        <comment>name of a host</comment>
        <translation>nur %1, unter jeder Adresse</translation>
    </message>
    <message>
        <source>%1 and everything below it</source>
        <comment>domain</comment>
        <translation>%1 und alles darunter</translation>
    </message>
    <message>
        <source>This is encrypted DNS: which names it asks for there, nobody else can see.</source>
        <translation>Das ist verschlüsseltes DNS: Nach welchen Namen dort gefragt wird, sieht sonst niemand.</translation>
    </message>
    <message>
        <source>%1, with a path that servers read in different ways</source>
        <comment>method of HTTP</comment>
        <translation>%1, mit einem Pfad, den Server verschieden lesen</translation>
    </message>
    <message>
        <source>to send %1</source>
        <comment>what it connects for: request of HTTP</comment>
        <translation>um %1 zu senden</translation>
    </message>
    <message numerus="yes">
        <source>to send %1 and %n more</source>
        <comment>what it connects for: request of HTTP</comment>
        <translation>
            <numerusform>um %1 und %n weitere Anfrage zu senden</numerusform>
            <numerusform>um %1 und %n weitere Anfragen zu senden</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2 %3, %4</source>
        <comment>heading, address, what it connects for, port and protocol</comment>
        <translation>%1 %2 %3, %4</translation>
    </message>
    <message>
        <source>The program has changed: its file is not the one that was allowed on %1.</source>
        <comment>date</comment>
        <translation>Das Programm hat sich verändert: Seine Datei ist nicht mehr die, die am %1 erlaubt wurde.</translation>
    </message>
    <message>
        <source>%1 wants to send and receive</source>
        <comment>program; what follows: whole network frames</comment>
        <translation>%1 möchte senden und empfangen:</translation>
    </message>
    <message>
        <source>whole network frames</source>
        <comment>what a program wants to send and receive</comment>
        <translation>ganze Netzwerk-Frames</translation>
    </message>
    <message>
        <source>which pass by the rules for connections</source>
        <translation>an den Regeln für Verbindungen vorbei</translation>
    </message>
    <message numerus="yes">
        <source>%n processes</source>
        <comment>that want the same</comment>
        <translation>
            <numerusform>%n Prozess</numerusform>
            <numerusform>%n Prozesse</numerusform>
        </translation>
    </message>
    <message>
        <source>Refused for now: an answer counts from its next attempt on. %1 s are left.</source>
        <translation>Vorerst abgelehnt: Eine Antwort zählt ab dem nächsten Versuch. Noch %1 s.</translation>
    </message>
    <message>
        <source>all frames of %1</source>
        <comment>program</comment>
        <translation>alle Frames von %1</translation>
    </message>
    <message>
        <source>No answer can be remembered: there is no rule for a path with control characters, or one this long.</source>
        <translation>Keine Antwort kann gemerkt werden: Für einen Pfad mit Steuerzeichen, oder einen so langen, gibt es keine Regel.</translation>
    </message>
</context>
<context>
    <name>SortMenu</name>
    <message>
        <source>Sort by %1</source>
        <extracomment>%1: title of a column</extracomment>
        <translation>Nach „%1“ sortieren</translation>
    </message>
    <message>
        <source>&amp;Ascending</source>
        <translation>&amp;Aufsteigend</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>A&amp;bsteigend</translation>
    </message>
</context>
<context>
    <name>TrayFace</name>
    <message>
        <source>Sallyport: off or not reachable</source>
        <translation>Sallyport: aus oder nicht erreichbar</translation>
    </message>
    <message>
        <source>Sallyport: off, nothing is filtered</source>
        <translation>Sallyport: aus, nichts wird gefiltert</translation>
    </message>
    <message>
        <source>Sallyport: one question waits</source>
        <translation>Sallyport: eine Frage wartet</translation>
    </message>
    <message numerus="yes">
        <source>Sallyport: %n questions wait</source>
        <translation>
            <numerusform>Sallyport: %n Frage wartet</numerusform>
            <numerusform>Sallyport: %n Fragen warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Sallyport: everything is blocked</source>
        <translation>Sallyport: alles ist blockiert</translation>
    </message>
    <message>
        <source>Sallyport: paused until %1, everything passes</source>
        <translation>Sallyport: Pause bis %1, alles wird durchgelassen</translation>
    </message>
    <message>
        <source>Sallyport: learning, everything without a rule passes</source>
        <translation>Sallyport: lernt, alles ohne Regel wird durchgelassen</translation>
    </message>
    <message>
        <source>Sallyport: locked down, everything without a rule is blocked</source>
        <translation>Sallyport: abgeriegelt, alles ohne Regel wird blockiert</translation>
    </message>
    <message>
        <source>Sallyport: protected</source>
        <translation>Sallyport: geschützt</translation>
    </message>
    <message>
        <source>Sallyport: auditing, everything without a rule passes and is recorded</source>
        <translation>Sallyport: Probelauf, alles ohne Regel wird durchgelassen und aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 (until %2)</source>
        <extracomment>what the firewall does; a day or a time</extracomment>
        <translation>%1 (bis %2)</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Any program</source>
        <translation>Jedes Programm</translation>
    </message>
    <message>
        <source>every program</source>
        <translation>jedes Programm</translation>
    </message>
    <message>
        <source>Linux kernel</source>
        <translation>Linux-Kernel</translation>
    </message>
    <message>
        <source>the system itself</source>
        <translation>das System selbst</translation>
    </message>
    <message>
        <source>Unknown program</source>
        <translation>Unbekanntes Programm</translation>
    </message>
    <message>
        <source>it could not be named</source>
        <translation>es ließ sich nicht benennen</translation>
    </message>
    <message>
        <source>Program in memory</source>
        <translation>Programm im Speicher</translation>
    </message>
    <message>
        <source>it has no file</source>
        <translation>es hat keine Datei</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, ausgeführt von %2</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Undecided</source>
        <comment>let through by Learn, nobody decided</comment>
        <translation>Unentschieden</translation>
    </message>
    <message>
        <source>out</source>
        <comment>direction of a connection</comment>
        <translation>hinaus</translation>
    </message>
    <message>
        <source>in</source>
        <comment>direction of a connection</comment>
        <translation>herein</translation>
    </message>
    <message>
        <source>in or out</source>
        <translation>herein oder hinaus</translation>
    </message>
    <message>
        <source>Ask</source>
        <comment>mode</comment>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Learn</source>
        <comment>mode</comment>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>Lock down</source>
        <comment>mode</comment>
        <translation>Abriegeln</translation>
    </message>
    <message>
        <source>Your answer</source>
        <comment>where a rule comes from</comment>
        <translation>Eigene Antwort</translation>
    </message>
    <message>
        <source>You</source>
        <comment>where a rule comes from</comment>
        <translation>Selbst erstellt</translation>
    </message>
    <message>
        <source>Imported</source>
        <comment>where a rule comes from</comment>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Administrator</source>
        <comment>where a rule comes from</comment>
        <translation>Verwaltung</translation>
    </message>
    <message>
        <source>Starter</source>
        <comment>where a rule comes from</comment>
        <translation>Grundregel</translation>
    </message>
    <message>
        <source>with an error</source>
        <translation>mit einem Fehler</translation>
    </message>
    <message>
        <source>as if refused by the other side</source>
        <translation>als hätte die Gegenseite abgelehnt</translation>
    </message>
    <message>
        <source>silently</source>
        <translation>stillschweigend</translation>
    </message>
    <message>
        <source>for this connection</source>
        <translation>für diese Verbindung</translation>
    </message>
    <message>
        <source>until the program exits</source>
        <translation>bis das Programm endet</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>until restart</source>
        <translation>bis zum Neustart</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>für immer</translation>
    </message>
    <message>
        <source>any protocol</source>
        <translation>jedes Protokoll</translation>
    </message>
    <message>
        <source>protocol %1</source>
        <translation>Protokoll %1</translation>
    </message>
    <message>
        <source>port %1</source>
        <translation>Port %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>service, port</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>any port</source>
        <translation>jeder Port</translation>
    </message>
    <message>
        <source>ports %1 to %2</source>
        <translation>Ports %1 bis %2</translation>
    </message>
    <message>
        <source>any address</source>
        <translation>jede Adresse</translation>
    </message>
    <message>
        <source>the local network</source>
        <translation>das lokale Netz</translation>
    </message>
    <message>
        <source>this machine</source>
        <translation>dieser Rechner</translation>
    </message>
    <message>
        <source>no address</source>
        <translation>keine Adresse</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>Benutzer %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>user name, number</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>amount of data in a second</comment>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>date, time</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>your answer, this once</source>
        <translation>eigene Antwort, dieses eine Mal</translation>
    </message>
    <message>
        <source>no rule, lock down</source>
        <translation>keine Regel, abgeriegelt</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>keine Regel</translation>
    </message>
    <message>
        <source>nobody answered</source>
        <translation>niemand hat geantwortet</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>everything is blocked</source>
        <translation>alles ist blockiert</translation>
    </message>
    <message>
        <source>waiting for an answer</source>
        <translation>wartet auf eine Antwort</translation>
    </message>
    <message>
        <source>ping and control (%1)</source>
        <translation>Ping und Steuerung (%1)</translation>
    </message>
    <message>
        <source>in, to %1, %2</source>
        <comment>port, protocol</comment>
        <translation>herein, an %1, %2</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>port, protocol</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Allow %1 to connect to %2, %3, %4</source>
        <comment>program, address, port, how long</comment>
        <translation>%1 darf sich verbinden mit: %2, %3, %4</translation>
    </message>
    <message>
        <source>Block %1 from connecting to %2, %3, %4</source>
        <translation>%1 darf sich nicht verbinden mit: %2, %3, %4</translation>
    </message>
    <message>
        <source>Allow %2 to connect to %1, %3, %4</source>
        <translation>%2 darf sich mit %1 verbinden, %3, %4</translation>
    </message>
    <message>
        <source>Block %2 from connecting to %1, %3, %4</source>
        <translation>%2 darf sich nicht mit %1 verbinden, %3, %4</translation>
    </message>
    <message>
        <source>Allow %1 and %2 to connect to each other, %3, %4</source>
        <translation>%1 und %2 dürfen sich miteinander verbinden, %3, %4</translation>
    </message>
    <message>
        <source>Block %1 and %2 from connecting to each other, %3, %4</source>
        <translation>%1 und %2 dürfen sich nicht miteinander verbinden, %3, %4</translation>
    </message>
    <message>
        <source>here on %1</source>
        <comment>local port</comment>
        <translation>hier an %1</translation>
    </message>
    <message>
        <source>That was refused because it does not fit together: %1</source>
        <translation>Das wurde abgelehnt, weil es nicht zusammenpasst: %1</translation>
    </message>
    <message>
        <source>That is gone by now.</source>
        <translation>Das gibt es inzwischen nicht mehr.</translation>
    </message>
    <message>
        <source>You are not allowed to do that, or it was not confirmed.</source>
        <translation>Das ist nicht erlaubt oder wurde nicht bestätigt.</translation>
    </message>
    <message>
        <source>The firewall service does not answer. Nothing was changed.</source>
        <translation>Der Firewall-Dienst antwortet nicht. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Somebody else was faster: %1</source>
        <translation>Jemand anderes war schneller: %1</translation>
    </message>
    <message>
        <source>This system cannot do that: %1</source>
        <translation>Dieses System kann das nicht: %1</translation>
    </message>
    <message>
        <source>That did not work: %1</source>
        <translation>Das hat nicht geklappt: %1</translation>
    </message>
    <message>
        <source>This one decides.</source>
        <translation>Diese entscheidet.</translation>
    </message>
    <message>
        <source>Fits too, but comes later.</source>
        <translation>Passt auch, kommt aber später.</translation>
    </message>
    <message>
        <source>Does not fit.</source>
        <translation>Passt nicht.</translation>
    </message>
    <message>
        <source>Does not fit: %1</source>
        <translation>Passt nicht: %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>program, where it is</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>everything below %1</source>
        <comment>domain</comment>
        <translation>Namen unterhalb von %1</translation>
    </message>
    <message>
        <source>%1 and everything below it</source>
        <comment>domain</comment>
        <translation>%1 samt allem darunter</translation>
    </message>
    <message>
        <source>a DNS answer to this program</source>
        <translation>eine DNS-Antwort an dieses Programm</translation>
    </message>
    <message>
        <source>what the program said to the server (TLS)</source>
        <translation>was das Programm dem Server sagte (TLS)</translation>
    </message>
    <message>
        <source>what the program said to the server (QUIC)</source>
        <translation>was das Programm dem Server sagte (QUIC)</translation>
    </message>
    <message>
        <source>what the program said to the server (HTTP)</source>
        <translation>was das Programm dem Server sagte (HTTP)</translation>
    </message>
    <message>
        <source>a DNS answer, not known to whom</source>
        <translation>eine DNS-Antwort, unbekannt an wen</translation>
    </message>
    <message>
        <source>a DNS answer to another program</source>
        <translation>eine DNS-Antwort an ein anderes Programm</translation>
    </message>
    <message>
        <source>not known</source>
        <comment>where a name comes from</comment>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>here at %1</source>
        <comment>local address</comment>
        <translation>hier an %1</translation>
    </message>
    <message>
        <source>through %1</source>
        <comment>network interface</comment>
        <translation>über %1</translation>
    </message>
    <message>
        <source>what is in list %1</source>
        <translation>was in Liste %1 steht</translation>
    </message>
    <message>
        <source>at most %1 down</source>
        <comment>speed</comment>
        <translation>höchstens %1 herunter</translation>
    </message>
    <message>
        <source>at most %1 up</source>
        <comment>speed</comment>
        <translation>höchstens %1 hinauf</translation>
    </message>
    <message>
        <source>Audit</source>
        <comment>what a rule does: let pass, record that it would be blocked</comment>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Audited</source>
        <comment>let through, would have been blocked</comment>
        <translation>Probeweise</translation>
    </message>
    <message>
        <source>Audit</source>
        <comment>mode</comment>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>no rule, audit</source>
        <comment>would be blocked, passes</comment>
        <translation>keine Regel, Probelauf</translation>
    </message>
    <message>
        <source>Let it pass, and record what this would stop: %1</source>
        <comment>a rule&apos;s sentence</comment>
        <translation>Durchlassen und aufzeichnen, was dies aufhalten würde: %1</translation>
    </message>
    <message>
        <source>at most %1 %2, then %3</source>
        <comment>amount of data, in a month, block</comment>
        <translation>höchstens %1 %2, danach %3</translation>
    </message>
    <message>
        <source>in a day</source>
        <translation>am Tag</translation>
    </message>
    <message>
        <source>in a month</source>
        <translation>im Monat</translation>
    </message>
    <message>
        <source>ask again</source>
        <comment>when a quota is used up</comment>
        <translation>wieder fragen</translation>
    </message>
    <message>
        <source>only tell me</source>
        <comment>when a quota is used up</comment>
        <translation>nur melden</translation>
    </message>
    <message>
        <source>block</source>
        <comment>when a quota is used up</comment>
        <translation>blockieren</translation>
    </message>
    <message>
        <source>%1 of %2 today</source>
        <comment>used amount, quota</comment>
        <translation>%1 von %2 heute</translation>
    </message>
    <message>
        <source>%1 of %2 this month</source>
        <comment>used amount, quota</comment>
        <translation>%1 von %2 in diesem Monat</translation>
    </message>
    <message>
        <source>quota used up: %1 of %2 today</source>
        <comment>used amount, quota</comment>
        <translation>Kontingent aufgebraucht: %1 von %2 heute</translation>
    </message>
    <message>
        <source>quota used up: %1 of %2 this month</source>
        <comment>used amount, quota</comment>
        <translation>Kontingent aufgebraucht: %1 von %2 in diesem Monat</translation>
    </message>
    <message>
        <source>an answer of systemd-resolved, not known to whom</source>
        <translation>eine Antwort von systemd-resolved, unbekannt an wen</translation>
    </message>
    <message>
        <source>asking for %1 in plain HTTP (TLS would hide it)</source>
        <comment>GET /status</comment>
        <translation>mit der Anfrage %1 in einfachem HTTP (TLS würde sie verbergen)</translation>
    </message>
    <message>
        <source>%1 (pid %2 and %3 more)</source>
        <comment>program, process, how many more processes of it</comment>
        <translation>%1 (PID %2 und %3 weitere)</translation>
    </message>
    <message>
        <source>%1 (pid %2)</source>
        <comment>program, process</comment>
        <translation>%1 (PID %2)</translation>
    </message>
    <message>
        <source>%1 can send and read frames of another network namespace past the firewall (%2).</source>
        <comment>program, kind of its sockets</comment>
        <translation>%1 kann Frames eines anderen Netzwerk-Namensraums an der Firewall vorbei senden und lesen (%2).</translation>
    </message>
    <message>
        <source>%1 can send and read network frames past the firewall (%2).</source>
        <comment>program, kind of its sockets</comment>
        <translation>%1 kann Netzwerk-Frames an der Firewall vorbei senden und lesen (%2).</translation>
    </message>
    <message>
        <source>This one decides, by the name %1.</source>
        <translation>Diese entscheidet, nach dem Namen %1.</translation>
    </message>
    <message>
        <source>This one decides: the name that the program says cannot be read.</source>
        <translation>Diese entscheidet: Der Name, den das Programm nennt, ist nicht zu lesen.</translation>
    </message>
    <message>
        <source>That needs a password, and nothing in this session asks for one: no polkit agent is running. Nothing was changed.</source>
        <translation>Dafür ist ein Passwort nötig, und in dieser Sitzung fragt niemand danach: Es läuft kein Polkit-Agent. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>dddd, d MMMM</source>
        <comment>format as in QDate::toString()</comment>
        <translation>dddd, d. MMMM</translation>
    </message>
    <message>
        <source>For &amp;5 minutes</source>
        <comment>pause</comment>
        <translation>Für &amp;5 Minuten</translation>
    </message>
    <message>
        <source>For &amp;1 hour</source>
        <comment>pause</comment>
        <translation>Für &amp;1 Stunde</translation>
    </message>
    <message>
        <source>&amp;Until restart, at most 24 hours</source>
        <comment>pause</comment>
        <translation>&amp;Bis zum Neustart, höchstens 24 Stunden</translation>
    </message>
    <message>
        <source>The authorization service, polkit, does not answer: nobody could say whether you may do that. Nothing was changed.</source>
        <translation>Der Berechtigungsdienst polkit antwortet nicht: Niemand konnte sagen, ob Sie das dürfen. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The authorization service, polkit, does not answer, so you can see and change nothing here and are not asked. The rules go on being enforced. An administrator can start polkit again: sudo systemctl restart polkit. The window comes back by itself.</source>
        <translation>Der Berechtigungsdienst polkit antwortet nicht. Daher können Sie hier nichts sehen und ändern und werden nicht gefragt. Die Regeln werden weiter durchgesetzt. Ein Administrator kann polkit neu starten: sudo systemctl restart polkit. Das Fenster kommt von selbst wieder.</translation>
    </message>
    <message>
        <source>You are not allowed to see what the firewall does. Its rules go on being enforced. An administrator can allow it in polkit: org.sallyport.monitor.</source>
        <translation>Sie dürfen nicht sehen, was die Firewall tut. Ihre Regeln werden weiter durchgesetzt. Ein Administrator kann es in polkit erlauben: org.sallyport.monitor.</translation>
    </message>
    <message>
        <source>Listening</source>
        <comment>waits for others to connect</comment>
        <translation>Lauscht</translation>
    </message>
    <message>
        <source>whole frames</source>
        <comment>of a network, below all protocols</comment>
        <translation>ganze Frames</translation>
    </message>
    <message>
        <source>Allow %1 to send and receive whole network frames, %2</source>
        <comment>program, how long</comment>
        <translation>%1 darf ganze Netzwerk-Frames senden und empfangen, %2</translation>
    </message>
    <message>
        <source>Block %1 from sending and receiving whole network frames, %2</source>
        <translation>%1 darf keine ganzen Netzwerk-Frames senden und empfangen, %2</translation>
    </message>
    <message>
        <source>this machine&apos;s DNS servers</source>
        <translation>die DNS-Server dieses Rechners</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Shows which program talks to whom, and asks about what has no rule.</source>
        <translation>Zeigt, welches Programm mit wem spricht, und fragt bei allem, was keine Regel hat.</translation>
    </message>
    <message>
        <source>Start without the window: tray and questions only.</source>
        <translation>Ohne Fenster starten: nur Symbolleiste und Fragen.</translation>
    </message>
    <message>
        <source>Open the window at this page: %1.</source>
        <translation>Das Fenster auf dieser Seite öffnen: %1.</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Do not show the welcome of a first start.</source>
        <translation>Die Begrüßung beim ersten Start nicht zeigen.</translation>
    </message>
</context>
<context>
    <name>sallyport::cli::Text</name>
    <message>
        <source>number of a rule</source>
        <translation>die Nummer einer Regel</translation>
    </message>
    <message>
        <source>Print the connections there are and end.</source>
        <translation>Die vorhandenen Verbindungen ausgeben und enden.</translation>
    </message>
    <message>
        <source>rules edit: say what to change</source>
        <translation>rules edit: angeben, was sich ändern soll</translation>
    </message>
    <message>
        <source>explain: either the number of a connection or options, not both</source>
        <translation>explain: entweder die Nummer einer Verbindung oder Optionen, nicht beides</translation>
    </message>
    <message>
        <source>explain: the number of a connection, or --program, --to and --port</source>
        <translation>explain: die Nummer einer Verbindung oder --program, --to und --port</translation>
    </message>
    <message>
        <source>number of a connection</source>
        <translation>die Nummer einer Verbindung</translation>
    </message>
    <message>
        <source>How long: once (unless said otherwise), until-exit, a time like 5m or 1h, until-restart or forever.</source>
        <translation>Wie lange: once (wenn nichts anderes angegeben ist), until-exit, eine Zeit wie 5m oder 1h, until-restart oder forever.</translation>
    </message>
    <message>
        <source>Only when started by the program that started it now.</source>
        <translation>Nur, wenn es vom selben Programm gestartet wird wie jetzt.</translation>
    </message>
    <message>
        <source>With block: as if the other side had refused; what waits is aborted.</source>
        <translation>Mit block: als hätte die Gegenseite abgelehnt; was wartet, wird abgebrochen.</translation>
    </message>
    <message>
        <source>With block: let the program wait.</source>
        <translation>Mit block: das Programm warten lassen.</translation>
    </message>
    <message>
        <source>A line of your own about the rule.</source>
        <translation>Eine eigene Zeile zur Regel.</translation>
    </message>
    <message>
        <source>--refuse and --silent are ways to block: one of them, and not with allow</source>
        <translation>--refuse und --silent sind Arten zu blockieren: nur eine davon und nicht mit allow</translation>
    </message>
    <message>
        <source>number of a question</source>
        <translation>die Nummer einer Frage</translation>
    </message>
    <message>
        <source>Remove your own rules first, instead of adding to them.</source>
        <translation>Die eigenen Regeln zuerst entfernen, statt sie zu ergänzen.</translation>
    </message>
    <message>
        <source>number of lines</source>
        <translation>eine Anzahl von Zeilen</translation>
    </message>
    <message>
        <source>Usage: sallyportctl [--json] COMMAND [OPTIONS]</source>
        <translation>Aufruf: sallyportctl [--json] BEFEHL [OPTIONEN]</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>JSON instead of text; watch prints an object a line</source>
        <translation>JSON statt Text; watch gibt ein Objekt je Zeile aus</translation>
    </message>
    <message>
        <source>This text, or that of a command</source>
        <translation>Dieser Text oder der eines Befehls</translation>
    </message>
    <message>
        <source>The version</source>
        <translation>Die Version</translation>
    </message>
    <message>
        <source>Exit codes</source>
        <translation>Rückgabewerte</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>no such command or option, or an argument too few or too many</source>
        <translation>unbekannter Befehl, unbekannte Option oder falsche Zahl von Argumenten</translation>
    </message>
    <message>
        <source>not permitted</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>no such rule, question or connection</source>
        <translation>keine solche Regel, Frage oder Verbindung</translation>
    </message>
    <message>
        <source>a value that makes no sense</source>
        <translation>ein Wert, der keinen Sinn ergibt</translation>
    </message>
    <message>
        <source>there is no command &quot;%1&quot;</source>
        <translation>es gibt keinen Befehl „%1“</translation>
    </message>
    <message>
        <source>JSON instead of text.</source>
        <translation>JSON statt Text.</translation>
    </message>
    <message>
        <source>This text.</source>
        <translation>Dieser Text.</translation>
    </message>
    <message>
        <source>The version.</source>
        <translation>Die Version.</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>%1 started by %2</source>
        <translation>%1, gestartet von %2</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>%1 (run by %2)</source>
        <translation>%1 (ausgeführt von %2)</translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation>Schützt</translation>
    </message>
    <message>
        <source>yes, everything</source>
        <translation>ja, alles</translation>
    </message>
    <message>
        <source>yes, what runs in %1</source>
        <translation>ja, was in %1 läuft</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>for another %1 s</source>
        <translation>noch %1 s</translation>
    </message>
    <message>
        <source>All blocked</source>
        <translation>Alles blockiert</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Windows to ask in</source>
        <translation>Fenster zum Fragen</translation>
    </message>
    <message>
        <source>Reports lost</source>
        <translation>Verlorene Meldungen</translation>
    </message>
    <message>
        <source>Packets not understood</source>
        <translation>Unverstandene Pakete</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>RULE</source>
        <translation>REGEL</translation>
    </message>
    <message>
        <source>ON</source>
        <translation>AN</translation>
    </message>
    <message>
        <source>ACTION</source>
        <translation>AKTION</translation>
    </message>
    <message>
        <source>PROGRAM</source>
        <translation>PROGRAMM</translation>
    </message>
    <message>
        <source>WAY</source>
        <translation>RICHTUNG</translation>
    </message>
    <message>
        <source>PROTOCOL</source>
        <translation>PROTOKOLL</translation>
    </message>
    <message>
        <source>TO</source>
        <translation>ZIEL</translation>
    </message>
    <message>
        <source>PORT</source>
        <translation>PORT</translation>
    </message>
    <message>
        <source>LOCAL PORT</source>
        <translation>LOKALER PORT</translation>
    </message>
    <message>
        <source>USER</source>
        <translation>BENUTZER</translation>
    </message>
    <message>
        <source>FOR</source>
        <translation>DAUER</translation>
    </message>
    <message>
        <source>ORIGIN</source>
        <translation>HERKUNFT</translation>
    </message>
    <message>
        <source>HITS</source>
        <translation>TREFFER</translation>
    </message>
    <message>
        <source>NOTE</source>
        <translation>NOTIZ</translation>
    </message>
    <message>
        <source>QUESTION</source>
        <translation>FRAGE</translation>
    </message>
    <message>
        <source>STATE</source>
        <translation>ZUSTAND</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>WAITING</source>
        <translation>WARTEND</translation>
    </message>
    <message>
        <source>COMMAND LINE</source>
        <translation>BEFEHLSZEILE</translation>
    </message>
    <message>
        <source>missed</source>
        <translation>verpasst</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1 s</translation>
    </message>
    <message>
        <source>No rule could apply.</source>
        <translation>Keine Regel kommt in Frage.</translation>
    </message>
    <message>
        <source>FITS</source>
        <translation>PASST</translation>
    </message>
    <message>
        <source>WHY</source>
        <translation>WARUM</translation>
    </message>
    <message>
        <source>decides</source>
        <translation>entscheidet</translation>
    </message>
    <message>
        <source>ENDED</source>
        <translation>BEENDET</translation>
    </message>
    <message>
        <source>DECIDED BY</source>
        <translation>ENTSCHIEDEN DURCH</translation>
    </message>
    <message>
        <source>SENT</source>
        <translation>GESENDET</translation>
    </message>
    <message>
        <source>RECEIVED</source>
        <translation>EMPFANGEN</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>%1 sent, %2 received</source>
        <translation>%1 gesendet, %2 empfangen</translation>
    </message>
    <message>
        <source>--%1 contradicts an option before it</source>
        <translation>--%1 widerspricht einer Option davor</translation>
    </message>
    <message>
        <source>The program: a path, the name of a command, kernel or any.</source>
        <translation>Das Programm: ein Pfad, der Name eines Befehls, kernel oder any.</translation>
    </message>
    <message>
        <source>The script that the program runs.</source>
        <translation>Das Skript, das vom Programm ausgeführt wird.</translation>
    </message>
    <message>
        <source>Only when started by this program.</source>
        <translation>Nur, wenn von diesem Programm gestartet.</translation>
    </message>
    <message>
        <source>A user&apos;s name or number, or any.</source>
        <translation>Name oder Nummer eines Benutzers oder any.</translation>
    </message>
    <message>
        <source>in, out or any.</source>
        <translation>in, out oder any.</translation>
    </message>
    <message>
        <source>Port or ports of the other side: 443, 8000-8080 or any.</source>
        <translation>Port oder Ports der Gegenseite: 443, 8000-8080 oder any.</translation>
    </message>
    <message>
        <source>Port or ports of this side.</source>
        <translation>Port oder Ports dieser Seite.</translation>
    </message>
    <message>
        <source>--script needs the --program that runs it</source>
        <translation>--script braucht das --program, das es ausführt</translation>
    </message>
    <message>
        <source>--program: say which program connects</source>
        <translation>--program: angeben, welches Programm sich verbindet</translation>
    </message>
    <message>
        <source>--port: one port, not a range</source>
        <translation>--port: ein Port, kein Bereich</translation>
    </message>
    <message>
        <source>--port: say which port</source>
        <translation>--port: angeben, welcher Port</translation>
    </message>
    <message>
        <source>Let the connection through.</source>
        <translation>Die Verbindung durchlassen.</translation>
    </message>
    <message>
        <source>Stop it; the program gets an error at once.</source>
        <translation>Sie anhalten; das Programm bekommt sofort einen Fehler.</translation>
    </message>
    <message>
        <source>Stop it as if the other side had refused.</source>
        <translation>Sie anhalten, als hätte die Gegenseite abgelehnt.</translation>
    </message>
    <message>
        <source>Stop it and let the program wait.</source>
        <translation>Sie anhalten und das Programm warten lassen.</translation>
    </message>
    <message>
        <source>How long: forever, until-restart, or a time like 5m, 1h or 30d.</source>
        <translation>Wie lange: forever, until-restart oder eine Zeit wie 5m, 1h oder 30d.</translation>
    </message>
    <message>
        <source>Goes before every rule that is not pinned.</source>
        <translation>Geht jeder Regel vor, die nicht angeheftet ist.</translation>
    </message>
    <message>
        <source>Takes its turn again.</source>
        <translation>Reiht sich wieder ein.</translation>
    </message>
    <message>
        <source>The address of the other side.</source>
        <translation>Die Adresse der Gegenseite.</translation>
    </message>
    <message>
        <source>this makes no sense</source>
        <translation>das ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>there is no such thing</source>
        <translation>das gibt es nicht</translation>
    </message>
    <message>
        <source>the helper cannot be reached; is sallyportd running?</source>
        <translation>der Dienst ist nicht erreichbar; läuft sallyportd?</translation>
    </message>
    <message>
        <source>not supported here</source>
        <translation>hier nicht unterstützt</translation>
    </message>
    <message>
        <source>%1 is too large for a file of rules</source>
        <translation>%1 ist zu groß für eine Regeldatei</translation>
    </message>
    <message>
        <source>Taken back: %1, rules: %2</source>
        <translation>Zurückgenommen: %1, Regeln: %2</translation>
    </message>
    <message>
        <source>Added: %1, removed: %2, unchanged: %3</source>
        <translation>Hinzugefügt: %1, entfernt: %2, unverändert: %3</translation>
    </message>
    <message>
        <source>The helper is back.</source>
        <translation>Der Dienst ist wieder da.</translation>
    </message>
    <message>
        <source>The helper is gone; waiting for it.</source>
        <translation>Der Dienst ist fort; warte auf ihn.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a pause: write minutes (1 to 1440) or &quot;off&quot;</source>
        <translation>„%1“ ist keine Pause: Minuten (1 bis 1440) oder „off“ schreiben</translation>
    </message>
    <message>
        <source>the program has no name</source>
        <translation>das Programm hat keinen Namen</translation>
    </message>
    <message>
        <source>there is no command &quot;%1&quot; in PATH: write the whole path</source>
        <translation>es gibt keinen Befehl „%1“ in PATH: den ganzen Pfad schreiben</translation>
    </message>
    <message>
        <source>there is no user &quot;%1&quot;</source>
        <translation>es gibt keinen Benutzer „%1“</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the %2</source>
        <extracomment>%1: what was written; %2: what it should be, e.g. &quot;number of a rule&quot;</extracomment>
        <translation>„%1“ ist nicht %2</translation>
    </message>
    <message>
        <source>How long a connection waits for an answer: 5 to 60.</source>
        <translation>Wie lange eine Verbindung auf eine Antwort wartet: 5 bis 60.</translation>
    </message>
    <message>
        <source>What happens while nobody is logged in: wait, block or allow.</source>
        <translation>Was geschieht, solange niemand angemeldet ist: wait, block oder allow.</translation>
    </message>
    <message>
        <source>number of seconds</source>
        <translation>eine Zahl von Sekunden</translation>
    </message>
    <message>
        <source>number of days</source>
        <translation>eine Zahl von Tagen</translation>
    </message>
    <message>
        <source>Seconds to answer</source>
        <translation>Sekunden zum Antworten</translation>
    </message>
    <message>
        <source>With nobody to ask</source>
        <translation>Wenn niemand da ist</translation>
    </message>
    <message>
        <source>Days of history</source>
        <translation>Tage des Verlaufs</translation>
    </message>
    <message>
        <source>What protects the machine now</source>
        <translation>Was den Rechner jetzt schützt</translation>
    </message>
    <message>
        <source>Connections as they come, change and go</source>
        <translation>Verbindungen, wie sie kommen, sich ändern und gehen</translation>
    </message>
    <message>
        <source>The rules in their order of precedence</source>
        <translation>Die Regeln in der Reihenfolge, in der sie gelten</translation>
    </message>
    <message>
        <source>A new rule; prints its number</source>
        <translation>Eine neue Regel; gibt ihre Nummer aus</translation>
    </message>
    <message>
        <source>Change what the options say, leave the rest</source>
        <translation>Ändern, was die Optionen sagen, den Rest lassen</translation>
    </message>
    <message>
        <source>Delete rules</source>
        <translation>Regeln löschen</translation>
    </message>
    <message>
        <source>Let rules count again</source>
        <translation>Regeln wieder gelten lassen</translation>
    </message>
    <message>
        <source>Keep rules without letting them count</source>
        <translation>Regeln behalten, aber nicht gelten lassen</translation>
    </message>
    <message>
        <source>Take the last change of the rules back</source>
        <translation>Die letzte Änderung der Regeln zurücknehmen</translation>
    </message>
    <message>
        <source>Why a connection was allowed or stopped, or would be (--program, --to, --port)</source>
        <translation>Warum eine Verbindung erlaubt oder angehalten wurde oder würde (--program, --to, --port)</translation>
    </message>
    <message>
        <source>What waits for an answer, and what was missed</source>
        <translation>Was auf eine Antwort wartet und was verpasst wurde</translation>
    </message>
    <message>
        <source>Answer a question</source>
        <translation>Eine Frage beantworten</translation>
    </message>
    <message>
        <source>What happens to a connection without a rule</source>
        <translation>Was mit einer Verbindung ohne Regel geschieht</translation>
    </message>
    <message>
        <source>Let everything pass for a while</source>
        <translation>Alles für eine Weile durchlassen</translation>
    </message>
    <message>
        <source>Stop everything</source>
        <translation>Alles anhalten</translation>
    </message>
    <message>
        <source>The settings; changes what the options say</source>
        <translation>Die Einstellungen; ändert, was die Optionen sagen</translation>
    </message>
    <message>
        <source>Write the rules as JSON</source>
        <translation>Die Regeln als JSON schreiben</translation>
    </message>
    <message>
        <source>Read rules from such a file: all of them or none</source>
        <translation>Regeln aus einer solchen Datei lesen: alle oder keine</translation>
    </message>
    <message>
        <source>Connections that have ended</source>
        <translation>Beendete Verbindungen</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>WAITED</source>
        <translation>GEWARTET</translation>
    </message>
    <message>
        <source>waited %1</source>
        <translation>%1 gewartet</translation>
    </message>
    <message>
        <source>HERE</source>
        <translation>HIER</translation>
    </message>
    <message>
        <source>The address of this side, a prefix for a rule, or any.</source>
        <translation>Die Adresse dieser Seite, bei einer Regel ein Präfix, oder any.</translation>
    </message>
    <message>
        <source>The network interface, such as wg0, or any.</source>
        <translation>Die Netzwerkschnittstelle, etwa wg0, oder any.</translation>
    </message>
    <message>
        <source>--local: one address, and whole</source>
        <translation>--local: eine einzige, ganze Adresse</translation>
    </message>
    <message>
        <source>A name of the other side; may be repeated.</source>
        <translation>Ein Name der Gegenseite; darf wiederholt werden.</translation>
    </message>
    <message>
        <source>What the answer covers: address-and-port (unless said otherwise), address, host (its name), domain (of its name), port or everything.</source>
        <translation>Wofür die Antwort gilt: address-and-port (wenn nichts anderes angegeben ist), address, host (ihr Name), domain (die Domain des Namens), port oder everything.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no time: write 2026-01-31, 2026-01-31T12:00, or how long ago, like 30m, 2h or 7d</source>
        <translation>„%1“ ist keine Zeit: 2026-01-31 oder 2026-01-31T12:00 schreiben, oder wie lange es her ist, etwa 30m, 2h oder 7d</translation>
    </message>
    <message>
        <source>Only of programs with this in their path or script.</source>
        <translation>Nur von Programmen, in deren Pfad oder Skript das vorkommt.</translation>
    </message>
    <message>
        <source>Only to hosts with this in their name.</source>
        <translation>Nur zu Rechnern, in deren Namen das vorkommt.</translation>
    </message>
    <message>
        <source>Only to remotes with this in their name or address.</source>
        <translation>Nur zu Gegenseiten, in deren Namen oder Adresse das vorkommt.</translation>
    </message>
    <message>
        <source>Only to this port, or to one of a range like 8000-8080; of incoming ones, to this port here.</source>
        <translation>Nur zu diesem Port oder einem aus einem Bereich wie 8000-8080; bei eingehenden zu diesem Port hier.</translation>
    </message>
    <message>
        <source>Only what ended since then: a time like 2026-01-31 or 2026-01-31T12:00, or how long ago, like 30m, 2h or 7d.</source>
        <translation>Nur was seither endete: eine Zeit wie 2026-01-31 oder 2026-01-31T12:00, oder wie lange es her ist, etwa 30m, 2h oder 7d.</translation>
    </message>
    <message>
        <source>Only what ended before; as --since.</source>
        <translation>Nur was vorher endete; wie --since.</translation>
    </message>
    <message>
        <source>How many, newest first; 50 unless said otherwise.</source>
        <translation>Wie viele, die neuesten zuerst; 50, wenn nichts anderes gesagt ist.</translation>
    </message>
    <message>
        <source>All of them.</source>
        <translation>Alle.</translation>
    </message>
    <message>
        <source>Comma-separated values with a header line. A text that a spreadsheet would take for a formula gets an apostrophe in front.</source>
        <translation>Durch Kommas getrennte Werte mit einer Kopfzeile. Ein Text, den eine Tabellenkalkulation für eine Formel hielte, bekommt einen Apostroph davor.</translation>
    </message>
    <message>
        <source>How large the history may grow: 10 to 100000. The oldest are forgotten first.</source>
        <translation>Wie groß der Verlauf werden darf: 10 bis 100000. Die ältesten werden zuerst vergessen.</translation>
    </message>
    <message>
        <source>number of megabytes</source>
        <translation>Zahl der Megabyte</translation>
    </message>
    <message>
        <source>history: either --csv or --json</source>
        <translation>history: entweder --csv oder --json</translation>
    </message>
    <message>
        <source>history: either --all or --limit</source>
        <translation>history: entweder --all oder --limit</translation>
    </message>
    <message>
        <source>What each program did today, in the last 7 and the last 30 days</source>
        <translation>Was jedes Programm heute, in den letzten 7 und den letzten 30 Tagen tat</translation>
    </message>
    <message>
        <source>Megabytes of history</source>
        <translation>Megabyte Verlauf</translation>
    </message>
    <message>
        <source>TODAY</source>
        <translation>HEUTE</translation>
    </message>
    <message>
        <source>BYTES</source>
        <translation>BYTES</translation>
    </message>
    <message>
        <source>7 DAYS</source>
        <translation>7 TAGE</translation>
    </message>
    <message>
        <source>30 DAYS</source>
        <translation>30 TAGE</translation>
    </message>
    <message>
        <source>BLOCKED</source>
        <translation>BLOCKIERT</translation>
    </message>
    <message>
        <source>What the list is called in the window.</source>
        <translation>Wie die Liste im Fenster heißt.</translation>
    </message>
    <message>
        <source>Also when rules ask for it; they fit nothing afterwards.</source>
        <translation>Auch wenn Regeln für sie gelten; danach passen sie auf nichts.</translation>
    </message>
    <message>
        <source>list %1</source>
        <translation>Liste %1</translation>
    </message>
    <message>
        <source>The lists that rules can ask for</source>
        <translation>Die Listen, für die Regeln gelten können</translation>
    </message>
    <message>
        <source>A list of names, addresses or prefixes, new or instead of the old</source>
        <translation>Eine Liste von Namen, Adressen oder Netzen, neu oder anstelle der alten</translation>
    </message>
    <message>
        <source>Fetch the contents of lists again</source>
        <translation>Die Inhalte von Listen neu holen</translation>
    </message>
    <message>
        <source>Delete a list</source>
        <translation>Eine Liste löschen</translation>
    </message>
    <message>
        <source>Which lists contain a name or an address</source>
        <translation>Welche Listen einen Namen oder eine Adresse enthalten</translation>
    </message>
    <message>
        <source>%1 down</source>
        <translation>%1 herunter</translation>
    </message>
    <message>
        <source>%1 up</source>
        <translation>%1 hinauf</translation>
    </message>
    <message>
        <source>LIST</source>
        <translation>LISTE</translation>
    </message>
    <message>
        <source>NAMES</source>
        <translation>NAMEN</translation>
    </message>
    <message>
        <source>PREFIXES</source>
        <translation>NETZE</translation>
    </message>
    <message>
        <source>BAD LINES</source>
        <translation>SCHLECHTE ZEILEN</translation>
    </message>
    <message>
        <source>UPDATED</source>
        <translation>STAND</translation>
    </message>
    <message>
        <source>DAILY</source>
        <translation>TÄGLICH</translation>
    </message>
    <message>
        <source>SOURCE</source>
        <translation>QUELLE</translation>
    </message>
    <message>
        <source>TITLE</source>
        <translation>TITEL</translation>
    </message>
    <message>
        <source>PROBLEM</source>
        <translation>PROBLEM</translation>
    </message>
    <message>
        <source>%1: names: %2, prefixes: %3, bad lines: %4</source>
        <translation>%1: Namen: %2, Netze: %3, schlechte Zeilen: %4</translation>
    </message>
    <message>
        <source>  line %1: %2</source>
        <translation>  Zeile %1: %2</translation>
    </message>
    <message>
        <source>In no list.</source>
        <translation>In keiner Liste.</translation>
    </message>
    <message>
        <source>LINE</source>
        <translation>ZEILE</translation>
    </message>
    <message>
        <source>ENTRY</source>
        <translation>EINTRAG</translation>
    </message>
    <message>
        <source>EXCEPTION</source>
        <translation>AUSNAHME</translation>
    </message>
    <message>
        <source>At most so fast to this machine: 500k, 2.5MB/s, 8Mbit, or none.</source>
        <translation>Höchstens so schnell zu diesem Rechner: 500k, 2.5MB/s, 8Mbit oder none.</translation>
    </message>
    <message>
        <source>At most so fast from this machine.</source>
        <translation>Höchstens so schnell von diesem Rechner.</translation>
    </message>
    <message>
        <source>Only allowed, blocked, held, undecided or audited ones.</source>
        <translation>Nur erlaubte (allowed), blockierte (blocked), wartende (held), unentschiedene (undecided) oder probeweise durchgelassene (audited).</translation>
    </message>
    <message>
        <source>Write it to this file, whole or not at all, for the textfile collector of node_exporter.</source>
        <translation>In diese Datei schreiben, ganz oder gar nicht, für den Textfile-Collector von node_exporter.</translation>
    </message>
    <message>
        <source>rules add: say --allow, --block, --refuse, --silent or --audit</source>
        <translation>rules add: --allow, --block, --refuse, --silent oder --audit angeben</translation>
    </message>
    <message>
        <source>What the helper counted, in the text format of Prometheus</source>
        <translation>Was der Dienst gezählt hat, im Textformat von Prometheus</translation>
    </message>
    <message>
        <source>Let it through, and record that a rule to block would stop it.</source>
        <translation>Durchlassen und aufzeichnen, dass eine blockierende Regel sie aufhielte.</translation>
    </message>
    <message>
        <source>Write what it decides to the system&apos;s journal.</source>
        <translation>Was sie entscheidet, ins Journal des Systems schreiben.</translation>
    </message>
    <message>
        <source>Write it no more.</source>
        <translation>Nicht mehr ins Journal schreiben.</translation>
    </message>
    <message>
        <source>As if nothing of its quota were used yet</source>
        <translation>Als wäre von ihrem Kontingent noch nichts verbraucht</translation>
    </message>
    <message>
        <source>%1 of %2, then %3</source>
        <comment>used, quota, block</comment>
        <translation>%1 von %2, danach %3</translation>
    </message>
    <message>
        <source>At most so much in a day or a month, both ways together: 5GB/month, 500M/day, or none.</source>
        <translation>Höchstens so viel am Tag oder im Monat, in beiden Richtungen zusammen: 5GB/month, 500M/day oder none.</translation>
    </message>
    <message>
        <source>What comes when it is used up: block, ask or notify.</source>
        <translation>Was geschieht, wenn es aufgebraucht ist: block, ask oder notify.</translation>
    </message>
    <message>
        <source>Only requests of plain HTTP with these methods: GET,HEAD, or any. TLS hides them.</source>
        <translation>Nur Anfragen in einfachem HTTP mit diesen Methoden: GET,HEAD oder any. TLS verbirgt sie.</translation>
    </message>
    <message>
        <source>Only requests of plain HTTP for this path and below, or any.</source>
        <translation>Nur Anfragen in einfachem HTTP nach diesem Pfad und allem darunter, oder any.</translation>
    </message>
    <message>
        <source>%1 (pid %2, user %3): %4</source>
        <translation>%1 (PID %2, Benutzer %3): %4</translation>
    </message>
    <message>
        <source>%1 processes</source>
        <translation>%1 Prozesse</translation>
    </message>
    <message>
        <source>in another network namespace</source>
        <translation>in einem anderen Netzwerk-Namensraum</translation>
    </message>
    <message>
        <source>Past the firewall</source>
        <translation>An der Firewall vorbei</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>NAME</source>
        <translation>NAME</translation>
    </message>
    <message>
        <source>WHERE IT COMES FROM</source>
        <translation>WOHER ER STAMMT</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>It is refreshed every day.</source>
        <translation>Sie wird täglich aufgefrischt.</translation>
    </message>
    <message>
        <source>Only what is marked so and a day old, and without asking for a password: for whoever does it regularly.</source>
        <translation>Nur was so gekennzeichnet und einen Tag alt ist, und ohne nach einem Passwort zu fragen: für den, der es regelmäßig tut.</translation>
    </message>
    <message>
        <source>Question %1: the program has changed: its file is not the one that was allowed on %2.</source>
        <translation>Frage %1: Das Programm hat sich verändert: Seine Datei ist nicht mehr die, die am %2 erlaubt wurde.</translation>
    </message>
    <message>
        <source>it needs a password, and no polkit agent asks for it here; use sudo</source>
        <translation>es ist ein Passwort nötig, und kein Polkit-Agent fragt hier danach; sudo hilft</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a time: write a day like 2026-12-03, or 2026-12-03T18:00</source>
        <translation>„%1“ ist kein Zeitpunkt: einen Tag wie 2026-12-03 schreiben oder 2026-12-03T18:00</translation>
    </message>
    <message>
        <source>How long, a time like 12h or 7d: then the mode is ask again.</source>
        <translation>Wie lange, eine Zeit wie 12h oder 7d: Danach ist der Modus wieder ask.</translation>
    </message>
    <message>
        <source>The same, as a day (its beginning) or a moment: 2026-12-03 or 2026-12-03T18:00.</source>
        <translation>Dasselbe als Tag (sein Beginn) oder Zeitpunkt: 2026-12-03 oder 2026-12-03T18:00.</translation>
    </message>
    <message>
        <source>ask has no end: it is what the other modes end in</source>
        <translation>ask hat kein Ende: Es ist das, worin die anderen Modi enden</translation>
    </message>
    <message>
        <source>either --for or --until, not both</source>
        <translation>entweder --for oder --until, nicht beides</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not how long a mode lasts: write a time like 12h or 7d, at most 365d</source>
        <translation>„%1“ ist keine Dauer für einen Modus: eine Zeit wie 12h oder 7d schreiben, höchstens 365d</translation>
    </message>
    <message>
        <source>mode: say which one is to end</source>
        <translation>mode: sagen, welcher enden soll</translation>
    </message>
    <message>
        <source>%1 until %2, then ask</source>
        <extracomment>a mode&apos;s word on the command line (&quot;learn&quot;), and date and time of its end</extracomment>
        <translation>%1 bis %2, dann ask</translation>
    </message>
    <message>
        <source>no system bus, by which the helper is reached; is D-Bus running? %1</source>
        <translation>kein Systembus, über den der Dienst erreicht wird; läuft D-Bus? %1</translation>
    </message>
    <message>
        <source>How long ended connections are kept: 1 to 3650 days.</source>
        <translation>Wie lange beendete Verbindungen aufbewahrt werden: 1 bis 3650 Tage.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the %2: from %3 to %4</source>
        <extracomment>%1: what was written; %2: what it should be, e.g. &quot;number of days&quot;</extracomment>
        <translation>„%1“ ist nicht %2: von %3 bis %4</translation>
    </message>
    <message>
        <source>The first hundred lines of a list that were passed over</source>
        <translation>Die ersten hundert Zeilen einer Liste, die übergangen wurden</translation>
    </message>
    <message>
        <source>DNS answers nobody asked for</source>
        <translation>DNS-Antworten ohne Frage</translation>
    </message>
    <message>
        <source>DNS answers not understood</source>
        <translation>Unverständliche DNS-Antworten</translation>
    </message>
    <message>
        <source>  and %1 more</source>
        <translation>  und %1 weitere</translation>
    </message>
    <message>
        <source>the helper cannot be reached, or polkit does not answer it</source>
        <translation>der Dienst ist nicht erreichbar, oder polkit antwortet ihm nicht</translation>
    </message>
    <message>
        <source>the authorization service, polkit, does not answer; the rules go on being enforced; is it running? systemctl status polkit</source>
        <translation>der Berechtigungsdienst polkit antwortet nicht; die Regeln werden weiter durchgesetzt; läuft er? systemctl status polkit</translation>
    </message>
    <message>
        <source>not permitted; root may always: use sudo</source>
        <translation>nicht erlaubt; root darf es immer: sudo benutzen</translation>
    </message>
    <message>
        <source>&quot;%1&quot;: a list is a file, or fetched by http or https</source>
        <translation>&quot;%1&quot;: eine Liste ist eine Datei oder wird über http oder https geholt</translation>
    </message>
    <message>
        <source>%1; --despite-rules deletes a list that rules ask for</source>
        <translation>%1; --despite-rules löscht eine Liste, nach der Regeln fragen</translation>
    </message>
    <message>
        <source>[OPTIONS]</source>
        <translation>[OPTIONEN]</translation>
    </message>
    <message>
        <source>Usage: sallyportctl %1</source>
        <translation>Aufruf: sallyportctl %1</translation>
    </message>
    <message>
        <source>%1: say which of these: %2</source>
        <translation>%1: bitte sagen, was davon: %2</translation>
    </message>
    <message>
        <source>See: sallyportctl %1</source>
        <translation>Siehe: sallyportctl %1</translation>
    </message>
    <message>
        <source>--to: say which address, one and whole; --name is for its name</source>
        <translation>--to: welche Adresse, eine einzelne und ganze; für ihren Namen gibt es --name</translation>
    </message>
    <message>
        <source>--quota-then: say which --quota</source>
        <translation>--quota-then: welches Kontingent (--quota)?</translation>
    </message>
    <message>
        <source>not possible as things are</source>
        <translation>so, wie es steht, nicht möglich</translation>
    </message>
    <message>
        <source>there is no list %1 yet: until there is, the rule fits nothing</source>
        <translation>noch gibt es keine Liste %1: bis dahin passt die Regel auf nichts</translation>
    </message>
    <message>
        <source>not all could be written: %1</source>
        <translation>nicht alles konnte geschrieben werden: %1</translation>
    </message>
    <message>
        <source>Question %1: the program runs in the container %2.</source>
        <translation>Frage %1: Das Programm läuft im Container %2.</translation>
    </message>
    <message>
        <source>Whole frames</source>
        <translation>Ganze Frames</translation>
    </message>
    <message>
        <source>stopped, unless a rule allows them</source>
        <translation>blockiert, wenn keine Regel sie erlaubt</translation>
    </message>
    <message>
        <source>not stopped, this kernel cannot</source>
        <translation>nicht blockiert, dieser Kernel kann es nicht</translation>
    </message>
    <message>
        <source>tcp, udp, icmp, icmpv6, udplite, sctp, frames, any or a number.</source>
        <translation>tcp, udp, icmp, icmpv6, udplite, sctp, frames, any oder eine Nummer.</translation>
    </message>
    <message>
        <source>in or out.</source>
        <translation>in oder out.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is none of %2, and no time like 5m, 1h or 30d</source>
        <extracomment>%2: words, as in &quot;once, forever&quot;</extracomment>
        <translation>„%1“ ist keines von %2 und keine Zeit wie 5m, 1h oder 30d</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is none of %2</source>
        <extracomment>%2: words, as in &quot;on, off&quot;</extracomment>
        <translation>„%1“ ist keines von %2</translation>
    </message>
    <message>
        <source>, left out because their time is over: %1</source>
        <translation>, weggelassen, weil ihre Zeit um ist: %1</translation>
    </message>
    <message>
        <source>when the pause is over</source>
        <translation>nach der Pause</translation>
    </message>
    <message>
        <source>Password for answers for ever</source>
        <translation>Passwort für Antworten für immer</translation>
    </message>
    <message>
        <source>Whether an answer for ever needs its person&apos;s password: on or off.</source>
        <translation>Ob eine Antwort für immer das Passwort der Person braucht: on oder off.</translation>
    </message>
    <message>
        <source>The other side: a name, *.NAME (below it), .NAME (both), an address, a prefix, list:NAME, local-network, resolvers (the DNS servers of this machine), this-machine or any.</source>
        <translation>Die andere Seite: ein Name, *.NAME (darunter), .NAME (beides), eine Adresse, ein Präfix, list:NAME, local-network, resolvers (die DNS-Server dieses Rechners), this-machine oder any.</translation>
    </message>
</context>
<context>
    <name>sallyport::client::WholeFile</name>
    <message>
        <source>not a regular file</source>
        <translation>keine gewöhnliche Datei</translation>
    </message>
</context>
<context>
    <name>sallyport::desktop::Notifier</name>
    <message>
        <source>Sallyport</source>
        <translation>Sallyport</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>address, port and protocol</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1
%2
Allow and Block count for: %3.</source>
        <comment>what it connects to, path, scope</comment>
        <translation>%1
%2
„Erlauben“ und „Blockieren“ gelten für: %3.</translation>
    </message>
</context>
<context>
    <name>sallyport::desktop::QuotaWatch</name>
    <message>
        <source>%1 (rule %2): %3</source>
        <comment>program, number, quota used up</comment>
        <translation>%1 (Regel %2): %3</translation>
    </message>
    <message>
        <source>any program</source>
        <translation>jedes Programm</translation>
    </message>
</context>
<context>
    <name>sallyport::desktop::RecentBlocks</name>
    <message>
        <source>%1 – %2, %3</source>
        <comment>program, name or address, port and protocol</comment>
        <translation>%1 – %2, %3</translation>
    </message>
</context>
<context>
    <name>sallyport::desktop::Tray</name>
    <message>
        <source>&amp;Block everything</source>
        <translation>Alles &amp;blockieren</translation>
    </message>
    <message>
        <source>&amp;Recent blocks</source>
        <translation>&amp;Zuletzt blockiert</translation>
    </message>
    <message>
        <source>&amp;Open Sallyport</source>
        <translation>Sallyport ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Quit (protection goes on)</source>
        <translation>B&amp;eenden (der Schutz bleibt)</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modus</translation>
    </message>
    <message>
        <source>&amp;Ask about what has no rule</source>
        <translation>Bei allem ohne Regel &amp;fragen</translation>
    </message>
    <message>
        <source>&amp;Learn: allow what has no rule</source>
        <translation>&amp;Lernen: erlauben, was keine Regel hat</translation>
    </message>
    <message>
        <source>Lock &amp;down: block what has no rule</source>
        <translation>&amp;Abriegeln: blockieren, was keine Regel hat</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;End the pause now</source>
        <translation>Die Pause jetzt be&amp;enden</translation>
    </message>
    <message>
        <source>Sallyport</source>
        <translation>Sallyport</translation>
    </message>
    <message>
        <source>Off or not reachable</source>
        <translation>Aus oder nicht erreichbar</translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>&amp;Allow from now on</source>
        <translation>Ab jetzt &amp;erlauben</translation>
    </message>
    <message>
        <source>Nothing was blocked lately</source>
        <translation>Zuletzt wurde nichts blockiert</translation>
    </message>
    <message>
        <source>A&amp;udit: allow what has no rule, record what Lock down would block</source>
        <translation>P&amp;robelauf: erlauben, was keine Regel hat, und aufzeichnen, was Abriegeln blockieren würde</translation>
    </message>
    <message numerus="yes">
        <source>%n questions are &amp;waiting</source>
        <translation>
            <numerusform>%n Frage &amp;wartet</numerusform>
            <numerusform>%n Fragen &amp;warten</numerusform>
        </translation>
    </message>
    <message>
        <source>One question is &amp;waiting</source>
        <translation>Eine Frage &amp;wartet</translation>
    </message>
    <message>
        <source>My &amp;network is dead</source>
        <translation>Mein &amp;Netzwerk ist tot</translation>
    </message>
    <message>
        <source>This turns the firewall off, at a terminal, until it is started again or the computer is:</source>
        <translation>Das schaltet die Firewall aus, in einem Terminal, bis sie oder der Rechner neu gestartet wird:</translation>
    </message>
    <message>
        <source>This turns it on again:</source>
        <translation>So wird sie wieder eingeschaltet:</translation>
    </message>
    <message>
        <source>“Pause” in the menu lets everything pass for a while, where the helper runs.</source>
        <translation>„Pause“ im Menü lässt eine Weile alles durch, wenn der Dienst läuft.</translation>
    </message>
</context>
<context>
    <name>sallyport::models::ConnectionsModel</name>
    <message>
        <source>%1, ended</source>
        <comment>state of a connection</comment>
        <translation>%1, beendet</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <comment>state, how many, of how many connections</comment>
        <translation>%1: %2 von %3</translation>
    </message>
    <message>
        <source>several</source>
        <comment>rules</comment>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>Program or remote</source>
        <translation>Programm oder Gegenseite</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>rate of received data</comment>
        <translation>Empfang</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>rate of sent data</comment>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Total</source>
        <comment>data</comment>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>Entschieden durch</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Allow or block</source>
        <translation>Erlauben oder blockieren</translation>
    </message>
    <message>
        <source>anybody</source>
        <comment>remote</comment>
        <translation>jeder</translation>
    </message>
</context>
<context>
    <name>sallyport::models::HistoryModel</name>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Gegenseite</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>Entschieden durch</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Allow or block</source>
        <translation>Erlauben oder blockieren</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>remote, country</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>Land</translation>
    </message>
</context>
<context>
    <name>sallyport::models::Misfit</name>
    <message>
        <source>there is no list %1</source>
        <translation>es gibt keine Liste %1</translation>
    </message>
    <message>
        <source>this machine is in no list</source>
        <translation>dieser Rechner steht in keiner Liste</translation>
    </message>
    <message>
        <source>remote %1 is not in list %2: %3</source>
        <translation>die Gegenseite %1 steht nicht in der Liste %2: %3</translation>
    </message>
    <message>
        <source>remote %1, of which no name is known, is not in list %2</source>
        <translation>die Gegenseite %1, von der kein Name bekannt ist, steht nicht in der Liste %2</translation>
    </message>
    <message>
        <source>neither remote %1 nor its names %2 are in list %3</source>
        <translation>weder die Gegenseite %1 noch ihre Namen %2 stehen in der Liste %3</translation>
    </message>
    <message>
        <source>%1 is excepted by line %2 of list %3: %4</source>
        <translation>%1 ist durch Zeile %2 der Liste %3 ausgenommen: %4</translation>
    </message>
    <message>
        <source>%1 is in line %2 of list %3: %4</source>
        <translation>%1 steht in Zeile %2 der Liste %3: %4</translation>
    </message>
    <message>
        <source>remote port %1 is not in %2</source>
        <translation>der Port %1 der Gegenseite gehört nicht zu %2</translation>
    </message>
    <message>
        <source>local port %1 is not in %2</source>
        <translation>der Port %1 hier gehört nicht zu %2</translation>
    </message>
    <message>
        <source>remote %1 is not in local-network</source>
        <translation>die Gegenseite %1 gehört nicht zum lokalen Netz</translation>
    </message>
    <message>
        <source>remote %1 is not in this-machine</source>
        <translation>die Gegenseite %1 ist nicht dieser Rechner</translation>
    </message>
    <message>
        <source>remote %1 is not in %2</source>
        <translation>die Gegenseite %1 gehört nicht zu %2</translation>
    </message>
    <message>
        <source>no name of remote %1 is known, so not %2</source>
        <translation>von der Gegenseite %1 ist kein Name bekannt, also auch nicht %2</translation>
    </message>
    <message>
        <source>remote %1 is known as %2, which is not %3</source>
        <translation>die Gegenseite %1 heißt %2 und nicht %3</translation>
    </message>
    <message>
        <source>protocol %1 has no ports</source>
        <translation>das Protokoll %1 hat keine Ports</translation>
    </message>
    <message>
        <source>protocol %1 is not %2</source>
        <translation>das Protokoll ist %1 und nicht %2</translation>
    </message>
    <message>
        <source>local address %1 is not in %2</source>
        <translation>die Adresse %1 hier gehört nicht zu %2</translation>
    </message>
    <message>
        <source>interface %1 is not %2</source>
        <translation>die Schnittstelle ist %1 und nicht %2</translation>
    </message>
    <message>
        <source>it is not known who started the program</source>
        <translation>wer das Programm gestartet hat, ist nicht bekannt</translation>
    </message>
    <message>
        <source>no name of remote %1 is known before the program says one</source>
        <translation>von der Gegenseite %1 ist kein Name bekannt, bevor das Programm einen nennt</translation>
    </message>
    <message>
        <source>somebody was told that remote %1 is %2, and the program has not said yet whom it means</source>
        <translation>irgendwem wurde die Gegenseite %1 als %2 genannt, und wen das Programm meint, hat es noch nicht gesagt</translation>
    </message>
    <message>
        <source>it has not said yet what it asks for over HTTP</source>
        <translation>was über HTTP verlangt wird, ist noch nicht gesagt</translation>
    </message>
    <message>
        <source>its local address is not known</source>
        <translation>die Adresse der Verbindung hier ist nicht bekannt</translation>
    </message>
    <message>
        <source>it is not known which interface it uses</source>
        <translation>über welche Schnittstelle die Verbindung läuft, ist nicht bekannt</translation>
    </message>
    <message>
        <source>it is for the other direction</source>
        <translation>die Regel gilt für die andere Richtung</translation>
    </message>
    <message>
        <source>servers would read its HTTP request in different ways</source>
        <translation>Server würden die HTTP-Anfrage verschieden lesen</translation>
    </message>
    <message>
        <source>it does not speak plain HTTP</source>
        <translation>die Verbindung spricht kein unverschlüsseltes HTTP</translation>
    </message>
    <message>
        <source>it asks for %1 %2, not for %3</source>
        <translation>verlangt wird %1 %2 und nicht %3</translation>
    </message>
    <message>
        <source>the program&apos;s file has changed since the rule was made</source>
        <translation>die Datei des Programms hat sich geändert, seit es die Regel gibt</translation>
    </message>
    <message>
        <source>user %1 is not %2</source>
        <translation>der Benutzer ist %1 und nicht %2</translation>
    </message>
    <message>
        <source>it is for another process of the program</source>
        <translation>die Regel gilt für einen anderen Prozess des Programms</translation>
    </message>
    <message>
        <source>it is for %1</source>
        <translation>die Regel gilt für %1</translation>
    </message>
    <message>
        <source>%1 started it, not %2</source>
        <translation>gestartet hat es %1 und nicht %2</translation>
    </message>
    <message>
        <source>frames have no local address and no interface</source>
        <translation>Frames haben keine eigene Adresse und keine Schnittstelle</translation>
    </message>
    <message>
        <source>remote %1 is not in resolvers</source>
        <translation>die Gegenseite %1 ist kein DNS-Server dieses Rechners</translation>
    </message>
</context>
<context>
    <name>sallyport::models::ModeWatch</name>
    <message>
        <source>Learning has ended: from now on you are asked. What passed undecided stands in the history: search there for state:undecided.</source>
        <translation>Das Lernen ist zu Ende: Von jetzt an werden Sie gefragt. Was unentschieden durchgelassen wurde, steht im Verlauf: Suchen Sie dort nach state:undecided.</translation>
    </message>
    <message>
        <source>The time of “%1” is up: from now on you are asked.</source>
        <translation>Die Zeit von „%1“ ist um: Von jetzt an werden Sie gefragt.</translation>
    </message>
</context>
<context>
    <name>sallyport::models::Reason</name>
    <message>
        <source>%1 stands before a name and is no 0.0.0.0 or 127.0.0.1</source>
        <translation>%1 steht vor einem Namen und ist weder 0.0.0.0 noch 127.0.0.1</translation>
    </message>
    <message>
        <source>%1 is no rule for a whole domain, ||name^</source>
        <translation>%1 ist keine Regel für eine ganze Domain, ||Name^</translation>
    </message>
    <message>
        <source>%1 is nothing that a firewall can tell</source>
        <translation>%1 ist nichts, was eine Firewall unterscheiden kann</translation>
    </message>
    <message>
        <source>%1 is no name: its last part has no letter</source>
        <translation>%1 ist kein Name: Der letzte Teil hat keinen Buchstaben</translation>
    </message>
    <message>
        <source>%1 is one word</source>
        <translation>%1 ist nur ein Wort</translation>
    </message>
    <message>
        <source>a whole top-level domain is written *.word</source>
        <translation>eine ganze Top-Level-Domain schreibt man *.Wort</translation>
    </message>
    <message>
        <source>%1 is no name: it is empty</source>
        <translation>%1 ist kein Name: Er ist leer</translation>
    </message>
    <message>
        <source>%1 is no name: it is longer than 253 bytes</source>
        <translation>%1 ist kein Name: Er ist länger als 253 Bytes</translation>
    </message>
    <message>
        <source>%1 is no name: a part is longer than 63 bytes</source>
        <translation>%1 ist kein Name: Ein Teil ist länger als 63 Bytes</translation>
    </message>
    <message>
        <source>%1 is no name: a part is empty</source>
        <translation>%1 ist kein Name: Ein Teil ist leer</translation>
    </message>
    <message>
        <source>%1 is no name: neither ASCII nor a name in UTF-8</source>
        <translation>%1 ist kein Name: weder ASCII noch ein Name in UTF-8</translation>
    </message>
    <message>
        <source>%1 is no name: %2 cannot stand in one</source>
        <translation>%1 ist kein Name: %2 kann in keinem stehen</translation>
    </message>
    <message>
        <source>%1 is not an address like 192.0.2.1 or 2001:db8::1</source>
        <translation>%1 ist keine Adresse wie 192.0.2.1 oder 2001:db8::1</translation>
    </message>
    <message>
        <source>%1 is not a prefix length of IPv4, which has /0 to /32</source>
        <translation>%1 ist keine Präfixlänge von IPv4, das /0 bis /32 hat</translation>
    </message>
    <message>
        <source>%1 is not a prefix length of IPv6, which has /0 to /128</source>
        <translation>%1 ist keine Präfixlänge von IPv6, das /0 bis /128 hat</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix</source>
        <translation>%1 hat gesetzte Bits hinter dem Präfix</translation>
    </message>
    <message>
        <source>the network is %1</source>
        <translation>das Netz ist %1</translation>
    </message>
    <message>
        <source>write &quot;any&quot;, or 2000::/3 for the IPv6 internet</source>
        <translation>schreiben Sie „any“, oder 2000::/3 für das IPv6-Internet</translation>
    </message>
    <message>
        <source>%1 goes from one family of addresses to the other</source>
        <translation>%1 reicht von einer Adressfamilie in die andere</translation>
    </message>
    <message>
        <source>%1 is reversed</source>
        <translation>%1 steht verkehrt herum</translation>
    </message>
    <message>
        <source>%1 would cover IPv4 too</source>
        <translation>%1 würde auch IPv4 umfassen</translation>
    </message>
    <message>
        <source>the line is longer than %1 bytes</source>
        <translation>die Zeile ist länger als %1 Bytes</translation>
    </message>
    <message>
        <source>the file is compressed (%1)</source>
        <translation>die Datei ist komprimiert (%1)</translation>
    </message>
    <message>
        <source>the file is UTF-16</source>
        <translation>die Datei ist UTF-16</translation>
    </message>
    <message>
        <source>save it as UTF-8</source>
        <translation>speichern Sie sie als UTF-8</translation>
    </message>
    <message>
        <source>the file is a database</source>
        <translation>die Datei ist eine Datenbank</translation>
    </message>
    <message>
        <source>the file is a web page, not a list</source>
        <translation>die Datei ist eine Webseite, keine Liste</translation>
    </message>
    <message>
        <source>the file has no line that names a host or an address</source>
        <translation>die Datei hat keine Zeile, die einen Rechner oder eine Adresse nennt</translation>
    </message>
    <message>
        <source>%1 lines of %2 cannot be understood</source>
        <translation>%1 von %2 Zeilen sind unverständlich</translation>
    </message>
    <message>
        <source>line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>the file is larger than %1 MiB</source>
        <translation>die Datei ist größer als %1 MiB</translation>
    </message>
    <message>
        <source>the list has more than %1 entries</source>
        <translation>die Liste hat mehr als %1 Einträge</translation>
    </message>
    <message>
        <source>the descriptor is not of a regular file</source>
        <translation>es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>the list was not read to its end</source>
        <translation>die Liste wurde nicht zu Ende gelesen</translation>
    </message>
    <message>
        <source>there is no list %1</source>
        <translation>es gibt keine Liste %1</translation>
    </message>
    <message>
        <source>list %1 is being read</source>
        <translation>die Liste %1 wird gerade gelesen</translation>
    </message>
    <message>
        <source>list %1 is not being read</source>
        <translation>die Liste %1 wird gerade nicht gelesen</translation>
    </message>
    <message>
        <source>list %1: %2</source>
        <translation>Liste %1: %2</translation>
    </message>
    <message>
        <source>there are %1 lists, and no room for more</source>
        <translation>es gibt %1 Listen, mehr haben keinen Platz</translation>
    </message>
    <message>
        <source>these rules ask for list %1: %2</source>
        <translation>diese Regeln gelten für die Liste %1: %2</translation>
    </message>
    <message>
        <source>its content is gone</source>
        <translation>der Inhalt ist verschwunden</translation>
    </message>
    <message>
        <source>its name or number is another&apos;s</source>
        <translation>Name oder Nummer gehören einer anderen</translation>
    </message>
    <message>
        <source>the list in %1 cannot be read: %2</source>
        <translation>die Liste in %1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>the list&apos;s content cannot be read</source>
        <translation>der Inhalt der Liste ist nicht lesbar</translation>
    </message>
    <message>
        <source>the list&apos;s content cannot be written</source>
        <translation>der Inhalt der Liste kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>all lists together have %1 prefixes, too many by %2</source>
        <translation>alle Listen zusammen haben %1 Netze, %2 zu viel</translation>
    </message>
    <message>
        <source>there is no room for the new prefixes beside the old ones</source>
        <translation>für die neuen Netze ist neben den alten kein Platz</translation>
    </message>
    <message>
        <source>%1 was damaged and is kept as %2</source>
        <translation>%1 war beschädigt und ist als %2 aufgehoben</translation>
    </message>
    <message>
        <source>the history begins anew</source>
        <translation>der Verlauf beginnt von vorn</translation>
    </message>
    <message>
        <source>the rules begin anew</source>
        <translation>die Regeln beginnen von vorn</translation>
    </message>
    <message>
        <source>%1 is damaged and could not be moved to %2</source>
        <translation>%1 ist beschädigt und ließ sich nicht nach %2 verschieben</translation>
    </message>
    <message>
        <source>the history is kept until sallyportd ends</source>
        <translation>der Verlauf bleibt nur, bis sallyportd endet</translation>
    </message>
    <message>
        <source>its rules are in force, and none can be changed until the disk can be written and sallyportd is restarted</source>
        <translation>die Regeln darin gelten, doch keine lässt sich ändern, bis der Datenträger beschreibbar ist und sallyportd neu gestartet wird</translation>
    </message>
    <message>
        <source>rule %1 in the database cannot be read: %2</source>
        <translation>Regel %1 in der Datenbank ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>%1 is left out: %2</source>
        <translation>%1 ist ausgelassen: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>cannot make the directory %1</source>
        <translation>das Verzeichnis %1 kann nicht angelegt werden</translation>
    </message>
    <message>
        <source>there is no rule %1</source>
        <translation>es gibt keine Regel %1</translation>
    </message>
    <message>
        <source>there is no change to take back</source>
        <translation>es gibt keine Änderung, die sich zurücknehmen ließe</translation>
    </message>
    <message>
        <source>no numbers for rules are left</source>
        <translation>es sind keine Nummern für Regeln mehr übrig</translation>
    </message>
    <message>
        <source>the rule would be over already</source>
        <translation>die Regel wäre schon zu Ende</translation>
    </message>
    <message>
        <source>the connection is over: choose a longer lifetime</source>
        <translation>die Verbindung ist zu Ende: Wählen Sie eine längere Dauer</translation>
    </message>
    <message>
        <source>no such question: it was answered, or nothing waits on it any more</source>
        <translation>die Frage gibt es nicht mehr: Sie ist beantwortet, oder nichts wartet mehr auf sie</translation>
    </message>
    <message>
        <source>no such missed question</source>
        <translation>die verpasste Frage gibt es nicht</translation>
    </message>
    <message>
        <source>no such connection</source>
        <translation>die Verbindung gibt es nicht</translation>
    </message>
    <message>
        <source>a rule lasts longer than one connection</source>
        <translation>eine Regel gilt länger als eine Verbindung</translation>
    </message>
    <message>
        <source>at most %1 rules can limit the speed or have a quota</source>
        <translation>höchstens %1 Regeln können die Geschwindigkeit begrenzen oder ein Kontingent haben</translation>
    </message>
    <message>
        <source>too many calls at once</source>
        <translation>zu viele Aufrufe auf einmal</translation>
    </message>
    <message>
        <source>a mode ends in the future, within 365 days</source>
        <translation>ein Modus endet in der Zukunft, binnen 365 Tagen</translation>
    </message>
    <message>
        <source>another content is being fetched</source>
        <translation>ein anderer Inhalt wird gerade geholt</translation>
    </message>
    <message>
        <source>no web address: %1</source>
        <translation>keine Webadresse: %1</translation>
    </message>
    <message>
        <source>larger than %1 MB</source>
        <translation>größer als %1 MB</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>the program&apos;s file was deleted or replaced: allow it until it exits, or start it again and answer then</source>
        <translation>die Datei des Programms wurde gelöscht oder ersetzt: Erlauben Sie es bis zu seinem Ende, oder starten Sie es neu und antworten Sie dann</translation>
    </message>
    <message>
        <source>the file is no text in UTF-8</source>
        <translation>die Datei ist kein Text in UTF-8</translation>
    </message>
</context>
<context>
    <name>sallyport::models::RuleBook</name>
    <message>
        <source>Rule made</source>
        <translation>Regel erstellt</translation>
    </message>
    <message>
        <source>Rule changed</source>
        <translation>Regel geändert</translation>
    </message>
    <message>
        <source>Rule deleted</source>
        <translation>Regel gelöscht</translation>
    </message>
    <message>
        <source>Rule switched on</source>
        <translation>Regel eingeschaltet</translation>
    </message>
    <message>
        <source>Rule switched off</source>
        <translation>Regel ausgeschaltet</translation>
    </message>
    <message>
        <source>There is nothing left to take back.</source>
        <translation>Es gibt nichts mehr zurückzunehmen.</translation>
    </message>
    <message>
        <source>Rules made: %1</source>
        <translation>Erstellte Regeln: %1</translation>
    </message>
    <message>
        <source>Rules deleted: %1</source>
        <translation>Gelöschte Regeln: %1</translation>
    </message>
    <message>
        <source>All of these rules stand already</source>
        <translation>Alle diese Regeln gibt es schon</translation>
    </message>
    <message>
        <source>%1 (rules made: %2)</source>
        <comment>what is done</comment>
        <translation>%1 (neue Regeln: %2)</translation>
    </message>
    <message>
        <source>Rules imported: %1</source>
        <translation>Importierte Regeln: %1</translation>
    </message>
    <message>
        <source>Rules changed: %1</source>
        <translation>Geänderte Regeln: %1</translation>
    </message>
    <message>
        <source>Taken back: %1</source>
        <comment>a change of rules</comment>
        <translation>Zurückgenommen: %1</translation>
    </message>
    <message>
        <source>Taken back: %1 (%2)</source>
        <comment>a change of rules, program</comment>
        <translation>Zurückgenommen: %1 (%2)</translation>
    </message>
</context>
<context>
    <name>sallyport::models::RuleHealth</name>
    <message>
        <source>no such list</source>
        <comment>health of a rule</comment>
        <translation>Liste fehlt</translation>
    </message>
    <message>
        <source>There is no list %1: until there is, this rule fits nothing.</source>
        <translation>Es gibt keine Liste %1: Bis es sie gibt, passt diese Regel auf nichts.</translation>
    </message>
    <message>
        <source>list not in force</source>
        <comment>health of a rule</comment>
        <translation>Liste nicht in Kraft</translation>
    </message>
    <message>
        <source>The list %1 is not in force: %2. Until it is, this rule fits nothing.</source>
        <translation>Die Liste %1 ist nicht in Kraft: %2. Bis sie es ist, passt diese Regel auf nichts.</translation>
    </message>
    <message>
        <source>program gone</source>
        <comment>health of a rule</comment>
        <translation>Programm fehlt</translation>
    </message>
    <message>
        <source>The program&apos;s file is not there: until it is, this rule fits nothing.</source>
        <translation>Die Datei des Programms ist nicht da: Bis sie es ist, passt diese Regel auf nichts.</translation>
    </message>
    <message>
        <source>redundant</source>
        <comment>health of a rule</comment>
        <translation>überflüssig</translation>
    </message>
    <message>
        <source>Rule %1 goes first, fits all that this one fits, and decides the same: this one never decides.</source>
        <translation>Regel %1 geht vor, passt auf alles, worauf diese passt, und entscheidet ebenso: Diese entscheidet nie.</translation>
    </message>
    <message>
        <source>contradicts rule %1</source>
        <comment>health of a rule</comment>
        <translation>widerspricht Regel %1</translation>
    </message>
    <message>
        <source>Rule %1 goes first, fits all that this one fits, and decides otherwise: this one never decides.</source>
        <translation>Regel %1 geht vor, passt auf alles, worauf diese passt, und entscheidet anders: Diese entscheidet nie.</translation>
    </message>
    <message>
        <source>never used</source>
        <comment>health of a rule</comment>
        <translation>nie gebraucht</translation>
    </message>
    <message>
        <source>Made more than 30 days ago, this rule has never decided anything.</source>
        <translation>Vor mehr als 30 Tagen erstellt, hat diese Regel noch nie etwas entschieden.</translation>
    </message>
</context>
<context>
    <name>sallyport::models::RulesModel</name>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>%1 (off)</source>
        <comment>a rule that is switched off</comment>
        <translation>%1 (aus)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>direction, address</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>here on %1</source>
        <comment>local port</comment>
        <translation>hier an %1</translation>
    </message>
    <message>
        <source>started by %1</source>
        <translation>gestartet von %1</translation>
    </message>
    <message>
        <source>by %1</source>
        <comment>user</comment>
        <translation>von %1</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>For</source>
        <comment>how long a rule lives</comment>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Used</source>
        <comment>how often</comment>
        <translation>Genutzt</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt genutzt</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Erstellt von</translation>
    </message>
    <message>
        <source>No.</source>
        <comment>number of a rule</comment>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Regeln: %1</translation>
    </message>
    <message>
        <source>this version of its file only</source>
        <comment>a program that others can change</comment>
        <translation>nur diese Fassung seiner Datei</translation>
    </message>
    <message>
        <source>Others than root can change the program&apos;s file: the rule is for one content of it, with the SHA-256 %1.</source>
        <translation>Andere als root können die Datei des Programms ändern: Die Regel gilt für einen Inhalt davon, den mit der SHA-256-Summe %1.</translation>
    </message>
</context>
<context>
    <name>sallyport::models::TotalsModel</name>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Connections</source>
        <extracomment>In the last 30 days.</extracomment>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Of them blocked</source>
        <extracomment>Connections in the last 30 days.</extracomment>
        <translation>Davon blockiert</translation>
    </message>
    <message>
        <source>In the last 30 days</source>
        <translation>In den letzten 30 Tagen</translation>
    </message>
</context>
<context>
    <name>sallyport::models::Unsound</name>
    <message>
        <source>a rule&apos;s id is at most %1</source>
        <translation>die Nummer einer Regel ist höchstens %1</translation>
    </message>
    <message>
        <source>the note is longer than %1 characters</source>
        <translation>die Notiz ist länger als %1 Zeichen</translation>
    </message>
    <message>
        <source>the note must be one line without control characters</source>
        <translation>die Notiz muss eine Zeile ohne Steuerzeichen sein</translation>
    </message>
    <message>
        <source>app.path</source>
        <translation>der Pfad des Programms</translation>
    </message>
    <message>
        <source>app.script</source>
        <translation>der Pfad des Skripts</translation>
    </message>
    <message>
        <source>startedBy.path</source>
        <translation>der Pfad des startenden Programms</translation>
    </message>
    <message>
        <source>startedBy.script</source>
        <translation>der Pfad des startenden Skripts</translation>
    </message>
    <message>
        <source>%1.script is only for kind &quot;script&quot;</source>
        <translation>%1.script ist nur für die Art „script“</translation>
    </message>
    <message>
        <source>%1 has a path but kind &quot;any&quot;; use kind &quot;path&quot;</source>
        <translation>%1 hat einen Pfad, aber die Art „any“; die Art muss „path“ sein</translation>
    </message>
    <message>
        <source>%1 is of no known kind</source>
        <translation>%1 ist von keiner bekannten Art</translation>
    </message>
    <message>
        <source>startedBy must be of kind any, path, script or foreign, not %1</source>
        <translation>startedBy muss von der Art any, path, script oder foreign sein, nicht %1</translation>
    </message>
    <message>
        <source>nobody starts the kernel: leave startedBy out</source>
        <translation>den Kernel startet niemand: dazu gehört kein startendes Programm</translation>
    </message>
    <message>
        <source>%1 is longer than %2 bytes</source>
        <translation>%1 ist länger als %2 Bytes</translation>
    </message>
    <message>
        <source>%1 must be an absolute path, not %2</source>
        <translation>%1 muss ein ganzer Pfad sein, nicht %2</translation>
    </message>
    <message>
        <source>%1 must be the plain path of a file, without //, . and ..: %2</source>
        <translation>%1 muss der schlichte Pfad einer Datei sein, ohne //, . und ..: %2</translation>
    </message>
    <message>
        <source>an answer for one connection is not a rule; use another lifetime</source>
        <translation>eine Antwort für eine einzige Verbindung ist keine Regel; sie muss länger gelten</translation>
    </message>
    <message>
        <source>lifetime &quot;process&quot; needs the number of a process</source>
        <translation>die Dauer „process“ braucht die Nummer eines Prozesses</translation>
    </message>
    <message>
        <source>a process is only for lifetime &quot;process&quot;</source>
        <translation>ein Prozess ist nur für die Dauer „process“</translation>
    </message>
    <message>
        <source>lifetime &quot;timed&quot; needs expiresMs, when the rule ends</source>
        <translation>die Dauer „timed“ braucht expiresMs, das Ende der Regel</translation>
    </message>
    <message>
        <source>expiresMs is only for lifetime &quot;timed&quot;</source>
        <translation>expiresMs ist nur für die Dauer „timed“</translation>
    </message>
    <message>
        <source>a program without a file cannot have a lasting rule; use lifetime &quot;process&quot;, &quot;timed&quot; or &quot;until-restart&quot;</source>
        <translation>für ein Programm ohne Datei kann keine Regel auf Dauer gelten, nur bis es endet, für eine Zeit oder bis zum Neustart</translation>
    </message>
    <message>
        <source>%1 is not in its normal form, which is %2</source>
        <translation>%1 ist nicht so geschrieben wie vorgesehen: %2</translation>
    </message>
    <message>
        <source>%1 is no name of a network interface: at most %2 bytes, no blanks, no / and no :</source>
        <translation>%1 ist kein Name einer Netzwerkschnittstelle: höchstens %2 Bytes, keine Leerzeichen, kein / und kein :</translation>
    </message>
    <message>
        <source>&quot;sha256&quot; is only for rules that allow an executable</source>
        <translation>„sha256“ ist nur für Regeln, die ein Programm erlauben</translation>
    </message>
    <message>
        <source>&quot;sha256&quot; must be 64 lower-case hexadecimal digits</source>
        <translation>„sha256“ muss aus 64 Hexadezimalziffern in Kleinschreibung bestehen</translation>
    </message>
    <message>
        <source>methods and paths of HTTP need protocol &quot;tcp&quot; and direction &quot;outbound&quot;</source>
        <translation>Methoden und Pfade von HTTP brauchen das Protokoll TCP und die Richtung hinaus</translation>
    </message>
    <message>
        <source>a rule for methods or paths of HTTP cannot limit the speed or have a quota</source>
        <translation>eine Regel für Methoden oder Pfade von HTTP kann weder die Geschwindigkeit begrenzen noch ein Kontingent haben</translation>
    </message>
    <message>
        <source>HTTP methods are written in upper case and in order: %1</source>
        <translation>Methoden von HTTP stehen in Großbuchstaben und der Reihe nach: %1</translation>
    </message>
    <message>
        <source>%1 is no HTTP method; methods are words like GET, HEAD or POST</source>
        <translation>%1 ist keine Methode von HTTP; Methoden sind Wörter wie GET, HEAD oder POST</translation>
    </message>
    <message>
        <source>an HTTP method stands there twice: %1</source>
        <translation>eine Methode von HTTP steht doppelt da: %1</translation>
    </message>
    <message>
        <source>at most %1 HTTP methods, not %2</source>
        <translation>höchstens %1 Methoden von HTTP, nicht %2</translation>
    </message>
    <message>
        <source>an HTTP path has at most %1 characters</source>
        <translation>ein Pfad von HTTP hat höchstens %1 Zeichen</translation>
    </message>
    <message>
        <source>%1 is no plain path of an HTTP request: it begins with /, and has no //, no . or .. as a step, and none of ?#%;\</source>
        <translation>%1 ist kein schlichter Pfad einer HTTP-Anfrage: Er beginnt mit /, hat kein //, kein . und kein .. als Schritt und keines von ?#%;\</translation>
    </message>
    <message>
        <source>only a rule that allows can have a quota</source>
        <translation>nur eine Regel, die erlaubt, kann ein Kontingent haben</translation>
    </message>
    <message>
        <source>only a rule that allows can limit the speed</source>
        <translation>nur eine Regel, die erlaubt, kann die Geschwindigkeit begrenzen</translation>
    </message>
    <message>
        <source>a limit is %1 to %2 bytes a second, or 0 for none, not %3</source>
        <translation>eine Grenze ist %1 bis %2 Bytes in der Sekunde oder 0 für keine, nicht %3</translation>
    </message>
    <message>
        <source>a port range is reversed</source>
        <translation>ein Bereich von Ports ist verkehrt herum</translation>
    </message>
    <message>
        <source>%1 has no ports; ports need tcp, udp, udplite, sctp or any</source>
        <translation>%1 hat keine Ports; Ports brauchen tcp, udp, udplite, sctp oder any</translation>
    </message>
    <message>
        <source>no connection is from %1 to %2: one is IPv4, the other IPv6; use two of the same kind</source>
        <translation>keine Verbindung geht von %1 nach %2: das eine ist IPv4, das andere IPv6; beide müssen von einer Art sein</translation>
    </message>
    <message>
        <source>%1 does not go with %2; use protocol %3</source>
        <translation>%1 passt nicht zu %2; das Protokoll muss %3 sein</translation>
    </message>
    <message>
        <source>%1 has a control character: %2; rename the file</source>
        <translation>%1 enthält ein Steuerzeichen: %2; die Datei umbenennen</translation>
    </message>
    <message>
        <source>frames have no addresses and no interface; leave these out</source>
        <translation>Frames haben keine Adressen und keine Schnittstelle; diese weglassen</translation>
    </message>
    <message>
        <source>frames are outbound, whichever way they go</source>
        <translation>Frames gelten als ausgehend, in welche Richtung sie auch gehen</translation>
    </message>
    <message>
        <source>frames are not counted: no limit and no quota</source>
        <translation>Frames werden nicht gezählt: keine Begrenzung und kein Kontingent</translation>
    </message>
    <message>
        <source>%1; an answer for once needs no rule</source>
        <translation>%1; eine einmalige Antwort braucht keine Regel</translation>
    </message>
</context>
<context>
    <name>sallyport::views::AttemptPanel</name>
    <message>
        <source>What would decide?</source>
        <translation>Was würde entscheiden?</translation>
    </message>
    <message>
        <source>The program&apos;s file</source>
        <translation>Die Datei des Programms</translation>
    </message>
    <message>
        <source>Connecting out or in</source>
        <translation>Verbindung hinaus oder herein</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Remote address</source>
        <translation>Adresse der Gegenseite</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>What would decide this?</source>
        <translation>Was würde das entscheiden?</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindet sich</translation>
    </message>
    <message>
        <source>With</source>
        <translation>Mit</translation>
    </message>
    <message>
        <source>The program has to be a whole path, such as /usr/bin/curl.</source>
        <translation>Das Programm muss ein ganzer Pfad sein, etwa /usr/bin/curl.</translation>
    </message>
    <message>
        <source>“%1” is not an address. An address looks like 192.0.2.7 or 2001:db8::7.</source>
        <translation>„%1“ ist keine Adresse. Eine Adresse sieht aus wie 192.0.2.7 oder 2001:db8::7.</translation>
    </message>
    <message>
        <source>“%1” is not a port. Ports go from 0 to 65535.</source>
        <translation>„%1“ ist kein Port. Ports gehen von 0 bis 65535.</translation>
    </message>
    <message>
        <source>This rule is for what is in the list “%1”: to try it out, write an address from there.</source>
        <translation>Diese Regel gilt für das, was in der Liste „%1“ steht: Zum Ausprobieren eine Adresse daraus eingeben.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::BadLinesPanel</name>
    <message>
        <source>Lines that were passed over</source>
        <translation>Übergangene Zeilen</translation>
    </message>
    <message>
        <source>Line</source>
        <comment>of a file</comment>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>What is wrong with it</source>
        <translation>Was daran falsch ist</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Of list %1 %2 lines were passed over. The first %3:</source>
        <translation>Von der Liste %1 wurden %2 Zeilen übergangen. Die ersten %3:</translation>
    </message>
    <message>
        <source>Lines of list %1 that were passed over: %2</source>
        <translation>Übergangene Zeilen der Liste %1: %2</translation>
    </message>
</context>
<context>
    <name>sallyport::views::ConnectionsPage</name>
    <message>
        <source>Show only connections in this state</source>
        <translation>Nur Verbindungen in diesem Zustand zeigen</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>Alle Zustände</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>Alle aufklappen</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>Alle zuklappen</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Connections: %1</source>
        <translation>Verbindungen: %1</translation>
    </message>
    <message>
        <source>The firewall service is away. Connections appear when it is back.</source>
        <translation>Der Firewall-Dienst ist fort. Verbindungen erscheinen, wenn er wieder da ist.</translation>
    </message>
    <message>
        <source>No program has a connection now.
As soon as one connects, it appears here with the state of its connection, and you can allow or block it.</source>
        <translation>Gerade hat kein Programm eine Verbindung.
Sobald sich eines verbindet, erscheint es hier mit dem Zustand seiner Verbindung und lässt sich erlauben oder blockieren.</translation>
    </message>
    <message>
        <source>No connection fits the search, the state and the span of time that are chosen.</source>
        <translation>Keine Verbindung passt zur Suche, zum Zustand und zur Zeitspanne, die gewählt sind.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::EncryptedDnsDialog</name>
    <message>
        <source>For all programs; this machine&apos;s own resolver may go on</source>
        <translation>Für alle Programme; der Namensdienst dieses Rechners darf weiter verschlüsseln</translation>
    </message>
    <message>
        <source>Block encrypted DNS</source>
        <translation>Verschlüsseltes DNS blockieren</translation>
    </message>
    <message>
        <source>With encrypted DNS of its own a program asks for names where nobody can see which. Where that is blocked, it asks this machine&apos;s resolver, as other programs do, or finds no names. Only well-known resolvers are recognised.</source>
        <translation>Mit eigenem verschlüsseltem DNS fragt ein Programm dort nach Namen, wo niemand sieht, nach welchen. Ist das blockiert, fragt es wie andere Programme die Namensauflösung dieses Rechners, oder es findet keine Namen. Erkannt werden nur bekannte Dienste.</translation>
    </message>
    <message>
        <source>Only for %1</source>
        <comment>program</comment>
        <translation>Nur für %1</translation>
    </message>
    <message>
        <source>Only for this program: it has no file that rules could name</source>
        <translation>Nur für dieses Programm: Es hat keine Datei, die Regeln nennen könnten</translation>
    </message>
    <message>
        <source>The rules that will be made</source>
        <translation>Die Regeln, die entstehen</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Encrypted DNS</source>
        <comment>note of a rule</comment>
        <translation>Verschlüsseltes DNS</translation>
    </message>
    <message>
        <source>These rules will be made, before all others: %1</source>
        <comment>a number</comment>
        <translation>Diese Regeln entstehen, vor allen anderen: %1</translation>
    </message>
    <message>
        <source>Encrypted DNS of %1 is blocked</source>
        <comment>program</comment>
        <translation>Verschlüsseltes DNS von %1 ist blockiert</translation>
    </message>
    <message>
        <source>Encrypted DNS of all programs is blocked</source>
        <translation>Verschlüsseltes DNS aller Programme ist blockiert</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>sallyport::views::ExplanationView</name>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>state, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>It would be: %1 (%2)</source>
        <comment>state, reason</comment>
        <translation>Es wäre: %1 (%2)</translation>
    </message>
    <message>
        <source>No rule is about this program or about every program.</source>
        <translation>Keine Regel betrifft dieses Programm oder jedes Programm.</translation>
    </message>
    <message>
        <source>More rules further down: %1</source>
        <translation>Weitere Regeln weiter unten: %1</translation>
    </message>
    <message>
        <source>%1. Rule %2: %3
%4</source>
        <comment>place, number, sentence, does it fit</comment>
        <translation>%1. Regel %2: %3
%4</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>name, where it comes from</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>More names: %1</source>
        <translation>Weitere Namen: %1</translation>
    </message>
</context>
<context>
    <name>sallyport::views::HistoryPage</name>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Program in memory</source>
        <translation>Programm im Speicher</translation>
    </message>
    <message>
        <source>That program is gone: it had no file to make a rule for.</source>
        <translation>Dieses Programm ist fort: Es hatte keine Datei, für die eine Regel gelten könnte.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Nothing in the history fits the search.</source>
        <translation>Nichts im Verlauf passt zur Suche.</translation>
    </message>
    <message>
        <source>Nothing has happened yet.
Connections appear here when they end, and stay for as many days as the settings say.</source>
        <translation>Es ist noch nichts geschehen.
Verbindungen erscheinen hier, wenn sie enden, und bleiben so viele Tage, wie eingestellt ist.</translation>
    </message>
    <message>
        <source>Totals by program</source>
        <translation>Summen je Programm</translation>
    </message>
    <message>
        <source>Export the history</source>
        <translation>Verlauf exportieren</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv);;JSON (*.json)</source>
        <translation>Durch Kommas getrennte Werte (*.csv);;JSON (*.json)</translation>
    </message>
    <message>
        <source>The file cannot be written: %1</source>
        <translation>Die Datei lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>%L1 written…</source>
        <translation>%L1 geschrieben …</translation>
    </message>
    <message>
        <source>Searched back to %1…</source>
        <translation>Zurück bis %1 gesucht …</translation>
    </message>
    <message>
        <source>Nothing has happened in the last 30 days.</source>
        <translation>In den letzten 30 Tagen ist nichts geschehen.</translation>
    </message>
    <message>
        <source>One connection is in %1</source>
        <comment>file</comment>
        <translation>Eine Verbindung steht in %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connections are in %1</source>
        <comment>file</comment>
        <translation>
            <numerusform>%Ln Verbindung steht in %1</numerusform>
            <numerusform>%Ln Verbindungen stehen in %1</numerusform>
        </translation>
    </message>
    <message>
        <source>While you were away</source>
        <translation>Während Sie weg waren</translation>
    </message>
    <message>
        <source>What ended since this window was closed</source>
        <translation>Was geendet hat, seit dieses Fenster geschlossen wurde</translation>
    </message>
    <message>
        <source>Since %1</source>
        <comment>a moment</comment>
        <translation>Seit %1</translation>
    </message>
    <message>
        <source>Nothing that fits has ended since then.</source>
        <translation>Seitdem hat nichts Passendes geendet.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::HttpFields</name>
    <message>
        <source>Only requests of plain HTTP with these methods</source>
        <translation>Nur Anfragen in einfachem HTTP mit diesen Methoden</translation>
    </message>
    <message>
        <source>any method</source>
        <translation>jede Methode</translation>
    </message>
    <message>
        <source>Only requests of plain HTTP for this path and all below it</source>
        <translation>Nur Anfragen in einfachem HTTP nach diesem Pfad und allem darunter</translation>
    </message>
    <message>
        <source>any path</source>
        <translation>jeder Pfad</translation>
    </message>
    <message>
        <source>For TCP and outbound, and for plain HTTP alone: TLS (https) hides what is asked for. Methods look like GET, HEAD; a path like /status is for all below it too.</source>
        <translation>Für TCP und ausgehend, und nur für einfaches HTTP: TLS (https) verbirgt, wonach gefragt wird. Methoden sehen aus wie GET, HEAD; ein Pfad wie /status gilt auch für alles darunter.</translation>
    </message>
    <message>
        <source>“%1” is no list of HTTP methods. Methods look like GET, HEAD.</source>
        <translation>„%1“ ist keine Liste von HTTP-Methoden. Methoden sehen aus wie GET, HEAD.</translation>
    </message>
    <message>
        <source>“%1” is no path of an HTTP request. Paths look like /status, without “..” and without what follows a “?”.</source>
        <translation>„%1“ ist kein Pfad einer HTTP-Anfrage. Pfade sehen aus wie /status, ohne „..“ und ohne das, was auf ein „?“ folgt.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::Inspector</name>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Details of the selected row</source>
        <translation>Einzelheiten der gewählten Zeile</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Nothing selected</source>
        <translation>Nichts ausgewählt</translation>
    </message>
    <message>
        <source>Select a program, a remote or a connection to see its details here.</source>
        <translation>Ein Programm, eine Gegenseite oder eine Verbindung auswählen, um hier die Einzelheiten zu sehen.</translation>
    </message>
    <message>
        <source>Allow or block everything this program does.</source>
        <translation>Alles erlauben oder blockieren, was dieses Programm tut.</translation>
    </message>
    <message>
        <source>Allow or block this program and %1, whatever the port.</source>
        <translation>Dieses Programm und %1 erlauben oder blockieren, gleich an welchem Port.</translation>
    </message>
    <message>
        <source>Allow or block this program and %1, %2.</source>
        <translation>Dieses Programm und %1, %2 erlauben oder blockieren.</translation>
    </message>
    <message>
        <source>Show rule %1</source>
        <translation>Regel %1 zeigen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>name of a fact, fact</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1, port %2</source>
        <translation>%1, Port %2</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Gegenseite</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Its connections were decided differently: select one of them.</source>
        <translation>Seine Verbindungen wurden verschieden entschieden: eine davon auswählen.</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>Befehlszeile</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>path, process number</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Started by</source>
        <translation>Gestartet von</translation>
    </message>
    <message>
        <source>Running since</source>
        <translation>Läuft seit</translation>
    </message>
    <message>
        <source>Take care</source>
        <translation>Vorsicht</translation>
    </message>
    <message>
        <source>The program&apos;s file was deleted.</source>
        <translation>Die Datei des Programms wurde gelöscht.</translation>
    </message>
    <message>
        <source>The program lies in a folder its user can write to.</source>
        <translation>Das Programm liegt in einem Ordner, in den sein Benutzer schreiben kann.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adressen</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>encrypted DNS: which names it asks for, nobody else can see</source>
        <translation>verschlüsseltes DNS: Nach welchen Namen gefragt wird, sieht sonst niemand</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>Land</translation>
    </message>
    <message>
        <source>Block its encrypted DNS…</source>
        <translation>Sein verschlüsseltes DNS blockieren …</translation>
    </message>
    <message>
        <source>some of it is encrypted DNS: which names it asks for, nobody else can see</source>
        <translation>einiges davon ist verschlüsseltes DNS: Nach welchen Namen gefragt wird, sieht sonst niemand</translation>
    </message>
    <message>
        <source>Allow or block whoever connects to this program.</source>
        <translation>Jeden erlauben oder blockieren, der sich mit diesem Programm verbindet.</translation>
    </message>
    <message>
        <source>Allow or block whoever connects to this program: %1.</source>
        <comment>port</comment>
        <translation>Jeden erlauben oder blockieren, der sich mit diesem Programm verbindet: %1.</translation>
    </message>
    <message>
        <source>Container</source>
        <translation>Container</translation>
    </message>
</context>
<context>
    <name>sallyport::views::LimitFields</name>
    <message>
        <source>down</source>
        <translation>herunter</translation>
    </message>
    <message>
        <source>At most so fast to this machine</source>
        <translation>Höchstens so schnell zu diesem Rechner</translation>
    </message>
    <message>
        <source>up</source>
        <translation>hinauf</translation>
    </message>
    <message>
        <source>At most so fast from this machine</source>
        <translation>Höchstens so schnell von diesem Rechner</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>ohne</translation>
    </message>
    <message>
        <source>Bytes or bits a second: 500k, 2.5 MB/s or 8 Mbit/s.</source>
        <translation>Bytes oder Bits in der Sekunde: 500k, 2.5 MB/s oder 8 Mbit/s.</translation>
    </message>
    <message>
        <source>“%1” is no speed. Speeds look like 500k, 2.5 MB/s or 8 Mbit/s, and go from %2 to %3.</source>
        <translation>„%1“ ist keine Geschwindigkeit. Geschwindigkeiten sehen aus wie 500k, 2.5 MB/s oder 8 Mbit/s und gehen von %2 bis %3.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::ListEditor</name>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Refresh it every day</source>
        <translation>Täglich aktualisieren</translation>
    </message>
    <message>
        <source>Block what is in it</source>
        <translation>Blockieren, was darin steht</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>A list</source>
        <translation>Eine Liste</translation>
    </message>
    <message>
        <source>a list of your own</source>
        <translation>eine eigene Liste</translation>
    </message>
    <message>
        <source>Which list</source>
        <translation>Welche Liste</translation>
    </message>
    <message>
        <source>Web address or file</source>
        <translation>Webadresse oder Datei</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Eine Datei auswählen</translation>
    </message>
    <message>
        <source>Short name</source>
        <translation>Kurzname</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>https://… or a file</source>
        <translation>https://…</translation>
    </message>
    <message>
        <source>for rules: ads</source>
        <translation>für Regeln: ads</translation>
    </message>
    <message>
        <source>Makes a pinned rule that blocks it for every program.</source>
        <translation>Macht eine angeheftete Regel, die es für jedes Programm blockiert.</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Say where the list comes from: an address like https://example.org/list.txt, or a file.</source>
        <translation>Sagen Sie, woher die Liste kommt: eine Adresse wie https://example.org/list.txt oder eine Datei.</translation>
    </message>
    <message>
        <source>An address begins with https://, a file with /.</source>
        <translation>Eine Adresse beginnt mit https://, eine Datei mit /.</translation>
    </message>
    <message>
        <source>The short name is for rules: small letters, digits, “-” and “_”, 32 at most.</source>
        <translation>Der Kurzname ist für Regeln: kleine Buchstaben, Ziffern, „-“ und „_“, höchstens 32.</translation>
    </message>
    <message>
        <source>The title or the address is too long.</source>
        <translation>Der Titel oder die Adresse ist zu lang.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::ListsPage</name>
    <message>
        <source>The first is line %1: %2</source>
        <translation>Die erste ist Zeile %1: %2</translation>
    </message>
    <message>
        <source>Add a list</source>
        <translation>Liste hinzufügen</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>List %1 stays as it was. %2</source>
        <translation>Liste %1 bleibt, wie sie war. %2</translation>
    </message>
    <message>
        <source>How much of the list has come</source>
        <translation>Wie viel von der Liste da ist</translation>
    </message>
    <message>
        <source>A name or an address to look for in the lists</source>
        <translation>Ein Name oder eine Adresse, die in den Listen gesucht wird</translation>
    </message>
    <message>
        <source>Which lists contain…</source>
        <translation>Welche Listen enthalten …</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Prefixes</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Bad lines</source>
        <translation>Schlechte Zeilen</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>There are no lists yet.
A list holds names and addresses that a rule can be for. Add one with “Add a list”.</source>
        <translation>Es gibt noch keine Listen.
Eine Liste enthält Namen und Adressen, für die eine Regel gelten kann. Fügen Sie eine mit „Liste hinzufügen“ hinzu.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>title of a list, its name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Not in force: %1</source>
        <translation>Nicht in Kraft: %1</translation>
    </message>
    <message>
        <source>%1 is in force: %2 names and %3 prefixes.</source>
        <translation>%1 ist in Kraft: %2 Namen und %3 Netze.</translation>
    </message>
    <message>
        <source>Lines passed over: %1.</source>
        <translation>Übergangene Zeilen: %1.</translation>
    </message>
    <message>
        <source>Rules are for list %1; delete them first: %2</source>
        <translation>Regeln gelten für Liste %1; löschen Sie zuerst diese: %2</translation>
    </message>
    <message>
        <source>List %1 is removed.</source>
        <translation>Liste %1 ist entfernt.</translation>
    </message>
    <message>
        <source>%1 excepts it in line %2: %3</source>
        <comment>list, line, entry</comment>
        <translation>%1 nimmt es in Zeile %2 aus: %3</translation>
    </message>
    <message>
        <source>%1 contains it by line %2: %3</source>
        <comment>list, line, entry</comment>
        <translation>%1 enthält es durch Zeile %2: %3</translation>
    </message>
    <message>
        <source>No list contains %1.</source>
        <translation>Keine Liste enthält %1.</translation>
    </message>
    <message>
        <source>Bad lines…</source>
        <translation>Schlechte Zeilen …</translation>
    </message>
    <message>
        <source>Remove the list %1 and all that it contains?</source>
        <translation>Die Liste %1 mit allem, was sie enthält, entfernen?</translation>
    </message>
    <message>
        <source>Remove these lists and all that they contain: %1?</source>
        <translation>Diese Listen mit allem, was sie enthalten, entfernen: %1?</translation>
    </message>
    <message>
        <source>No rule is for it.</source>
        <translation>Für sie gilt keine Regel.</translation>
    </message>
    <message>
        <source>No rule is for them.</source>
        <translation>Für sie gilt keine Regel.</translation>
    </message>
    <message>
        <source>That cannot be taken back.</source>
        <translation>Das lässt sich nicht zurücknehmen.</translation>
    </message>
    <message>
        <source>Remove lists</source>
        <translation>Listen entfernen</translation>
    </message>
</context>
<context>
    <name>sallyport::views::MainWindow</name>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Sallyport</source>
        <translation>Sallyport</translation>
    </message>
    <message>
        <source>Search this page</source>
        <translation>Diese Seite durchsuchen</translation>
    </message>
    <message>
        <source>Search: words, program:, to:, port:, state:</source>
        <translation>Suche: Wörter, program:, to:, port:, state:</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Take the last change of rules back (Ctrl+Z)</source>
        <translation>Die letzte Änderung der Regeln zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Waiting and missed</source>
        <translation>Wartend, verpasst</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <comment>page, number</comment>
        <translation>%1 (Strg+%2)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>page, how many are on it</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>The firewall reports a problem: %1</source>
        <translation>Die Firewall meldet ein Problem: %1</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>%1, as %2</source>
        <comment>path of a program, user</comment>
        <translation>%1, als %2</translation>
    </message>
    <message>
        <source>Others that can: %1.</source>
        <comment>a number of programs</comment>
        <translation>Weitere, die es können: %1.</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Sallyport was updated; this window is still of the version before. Questions that wait are asked again by the new one.</source>
        <translation>Sallyport wurde aktualisiert; dieses Fenster ist noch von der Version davor. Wartende Fragen stellt das neue noch einmal.</translation>
    </message>
    <message>
        <source>The firewall service does not answer. Unless it was turned off, its rules go on being enforced; what you see here is from before it went. The window comes back by itself as soon as the service does. If your network is dead: sudo sallyportd --off. To start the service: sudo systemctl enable --now sallyportd</source>
        <translation>Der Firewall-Dienst antwortet nicht. Wenn er nicht ausgeschaltet wurde, gelten seine Regeln weiter; was hier steht, ist von vorher. Das Fenster kommt von selbst zurück, sobald der Dienst da ist. Wenn das Netzwerk tot ist: sudo sallyportd --off. So wird der Dienst gestartet: sudo systemctl enable --now sallyportd</translation>
    </message>
</context>
<context>
    <name>sallyport::views::ProtectionBar</name>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Block everything</source>
        <translation>Alles blockieren</translation>
    </message>
    <message>
        <source>Connections without a rule wait for your answer</source>
        <translation>Verbindungen ohne Regel warten auf eine Antwort</translation>
    </message>
    <message>
        <source>Connections without a rule pass and are listed</source>
        <translation>Verbindungen ohne Regel werden durchgelassen und aufgelistet</translation>
    </message>
    <message>
        <source>Connections without a rule are blocked</source>
        <translation>Verbindungen ohne Regel werden blockiert</translation>
    </message>
    <message>
        <source>Mode: what happens to a connection without a rule</source>
        <translation>Modus: was mit einer Verbindung ohne Regel geschieht</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modus</translation>
    </message>
    <message>
        <source>Block every connection of every program until you let go again</source>
        <translation>Jede Verbindung jedes Programms blockieren, bis es wieder gelöst wird</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause: let everything pass for a while</source>
        <translation>Pause: alles für eine Weile durchlassen</translation>
    </message>
    <message>
        <source>Paused: everything passes. Protection comes back in %1.</source>
        <translation>Pause: Alles wird durchgelassen. Der Schutz kommt in %1 zurück.</translation>
    </message>
    <message>
        <source>Everything is blocked.</source>
        <translation>Alles ist blockiert.</translation>
    </message>
    <message>
        <source>Waiting for your answer: %1.</source>
        <translation>Warten auf eine Antwort: %1.</translation>
    </message>
    <message>
        <source>Protected: you are asked about what has no rule.</source>
        <translation>Geschützt: Bei allem ohne Regel wird gefragt.</translation>
    </message>
    <message>
        <source>Learning: what has no rule passes and is listed as undecided.</source>
        <translation>Lernt: Was keine Regel hat, wird durchgelassen und als unentschieden aufgelistet.</translation>
    </message>
    <message>
        <source>Locked down: what has no rule is blocked.</source>
        <translation>Abgeriegelt: Was keine Regel hat, wird blockiert.</translation>
    </message>
    <message>
        <source>The firewall service does not answer.</source>
        <translation>Der Firewall-Dienst antwortet nicht.</translation>
    </message>
    <message>
        <source>Nothing is filtered: %1</source>
        <translation>Nichts wird gefiltert: %1</translation>
    </message>
    <message>
        <source>Only a part of the system is filtered.</source>
        <translation>Nur ein Teil des Systems wird gefiltert.</translation>
    </message>
    <message>
        <source>Connections without a rule pass; what Lock down would block is recorded</source>
        <translation>Verbindungen ohne Regel werden durchgelassen; was Abriegeln blockieren würde, wird aufgezeichnet</translation>
    </message>
    <message>
        <source>Auditing: what has no rule passes and is recorded as what Lock down would block.</source>
        <translation>Probelauf: Was keine Regel hat, wird durchgelassen und als das aufgezeichnet, was Abriegeln blockieren würde.</translation>
    </message>
    <message>
        <source>Learning until %1: what has no rule passes and is listed as undecided.</source>
        <extracomment>%1: a day or a time</extracomment>
        <translation>Lernt bis %1: Was keine Regel hat, wird durchgelassen und als unentschieden aufgelistet.</translation>
    </message>
    <message>
        <source>Auditing until %1: what has no rule passes and is recorded as what Lock down would block.</source>
        <extracomment>%1: a day or a time</extracomment>
        <translation>Probelauf bis %1: Was keine Regel hat, wird durchgelassen und als das aufgezeichnet, was Abriegeln blockieren würde.</translation>
    </message>
    <message>
        <source>Locked down until %1: what has no rule is blocked.</source>
        <extracomment>%1: a day or a time</extracomment>
        <translation>Abgeriegelt bis %1: Was keine Regel hat, wird blockiert.</translation>
    </message>
    <message>
        <source>For another &amp;time…</source>
        <extracomment>pause</extracomment>
        <translation>Für eine andere &amp;Zeit …</translation>
    </message>
    <message>
        <source>For how many minutes everything passes (1 to %1):</source>
        <translation>Für wie viele Minuten alles durchgelassen wird (1 bis %1):</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The authorization service does not answer.</source>
        <translation>Der Berechtigungsdienst antwortet nicht.</translation>
    </message>
    <message>
        <source>What protects you now is not shown to you.</source>
        <translation>Was Sie jetzt schützt, wird Ihnen nicht gezeigt.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionChoices</name>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>How long the answer counts</source>
        <translation>Wie lange die Antwort gilt</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <comment>label of: 5 minutes, for ever...</comment>
        <translation>&amp;Für</translation>
    </message>
    <message>
        <source>Program</source>
        <comment>label: this program / this program started by X</comment>
        <translation>Programm</translation>
    </message>
    <message>
        <source>%1, whoever starts it</source>
        <comment>program</comment>
        <translation>%1, gleich wer es startet</translation>
    </message>
    <message>
        <source>%1 only when started by %2</source>
        <comment>program, program</comment>
        <translation>%1 nur, wenn von %2 gestartet</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionDetails</name>
    <message>
        <source>&amp;Details</source>
        <translation>E&amp;inzelheiten</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>Befehlszeile</translation>
    </message>
    <message>
        <source>Program file</source>
        <translation>Programmdatei</translation>
    </message>
    <message>
        <source>User</source>
        <comment>label: whose program it is</comment>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Started by</source>
        <translation>Gestartet von</translation>
    </message>
    <message>
        <source>Started at</source>
        <translation>Gestartet um</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Name from</source>
        <comment>label: how it is known</comment>
        <translation>Name aus</translation>
    </message>
    <message>
        <source>Asks for</source>
        <comment>label: requests of HTTP</comment>
        <translation>Fragt nach</translation>
    </message>
    <message>
        <source>Container</source>
        <translation>Container</translation>
    </message>
    <message>
        <source>Package</source>
        <comment>label: that the program came with</comment>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Fingerprint (SHA-256)</source>
        <translation>Fingerabdruck (SHA-256)</translation>
    </message>
    <message>
        <source>none that is known</source>
        <translation>keines bekannt</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionHeader</name>
    <message>
        <source>It is not known what started it.</source>
        <translation>Was es gestartet hat, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>started by %1</source>
        <comment>program</comment>
        <translation>gestartet von %1</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionRisks</name>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionWindow</name>
    <message>
        <source>Question from Sallyport</source>
        <translation>Frage von Sallyport</translation>
    </message>
    <message>
        <source>Previous question</source>
        <translation>Vorige Frage</translation>
    </message>
    <message>
        <source>Next question</source>
        <translation>Nächste Frage</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <comment>button: decide later</comment>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>button</comment>
        <translation>&amp;Blockieren</translation>
    </message>
    <message>
        <source>&amp;Allow</source>
        <comment>button</comment>
        <translation>&amp;Erlauben</translation>
    </message>
    <message>
        <source>The connection goes on waiting; the tray shows it.</source>
        <translation>Die Verbindung wartet weiter; die Symbolleiste zeigt es.</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>Nobody answered the question before this one: it was blocked once.</source>
        <translation>Auf die Frage davor hat niemand geantwortet: Die Verbindung wurde einmalig blockiert.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>question 1 of 3</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Block all from this program</source>
        <translation>Alles von diesem Programm blockieren</translation>
    </message>
    <message>
        <source>Block everything %1 wants to connect to, for as long as chosen.</source>
        <translation>Alles blockieren, womit %1 sich verbinden möchte, so lange wie gewählt.</translation>
    </message>
    <message>
        <source>Allow all of these (%1)</source>
        <comment>number of questions</comment>
        <translation>Alle diese erlauben (%1)</translation>
    </message>
    <message>
        <source>Allow each of these connections its own address and port, for as long as chosen.</source>
        <translation>Jeder dieser Verbindungen ihre eigene Adresse und ihren Port erlauben, so lange wie gewählt.</translation>
    </message>
    <message>
        <source>The answer did not count: %1</source>
        <translation>Die Antwort galt nicht: %1</translation>
    </message>
    <message>
        <source>The firewall&apos;s service is not there</source>
        <translation>Der Firewall-Dienst ist nicht da</translation>
    </message>
    <message>
        <source>What was asked here was withdrawn. The rules go on protecting you, and what still waits is asked again when the service is back.</source>
        <translation>Was hier gefragt wurde, wurde zurückgezogen. Die Regeln schützen weiter, und was noch wartet, wird wieder gefragt, sobald der Dienst zurück ist.</translation>
    </message>
    <message>
        <source>Block encrypted DNS…</source>
        <translation>Verschlüsseltes DNS blockieren …</translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuotaFields</name>
    <message>
        <source>At most so much, both ways together</source>
        <translation>Höchstens so viel, in beiden Richtungen zusammen</translation>
    </message>
    <message>
        <source>no quota</source>
        <translation>kein Kontingent</translation>
    </message>
    <message>
        <source>Bytes, what comes and what goes together: 500M or 5 GB. A day and a month are those of the calendar.</source>
        <translation>Bytes, Empfangenes und Gesendetes zusammen: 500M oder 5 GB. Tag und Monat gehen nach dem Kalender.</translation>
    </message>
    <message>
        <source>In a day or in a month</source>
        <translation>Am Tag oder im Monat</translation>
    </message>
    <message>
        <source>What comes when the quota is used up</source>
        <translation>Was geschieht, wenn das Kontingent aufgebraucht ist</translation>
    </message>
    <message>
        <source>“%1” is no amount of data for a quota. Amounts look like 500M or 5 GB, and go from %2 to %3.</source>
        <translation>„%1“ ist keine Datenmenge für ein Kontingent. Mengen sehen aus wie 500M oder 5 GB und gehen von %2 bis %3.</translation>
    </message>
    <message>
        <source>then %1</source>
        <comment>block, ask again</comment>
        <translation>danach %1</translation>
    </message>
</context>
<context>
    <name>sallyport::views::RuleEditor</name>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Goes before every other rule</source>
        <translation>Geht jeder anderen Regel vor</translation>
    </message>
    <message>
        <source>Switched on</source>
        <translation>Eingeschaltet</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Programm auswählen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>How the program notices that it is blocked</source>
        <translation>Wie das Programm merkt, dass es blockiert ist</translation>
    </message>
    <message>
        <source>The program&apos;s file</source>
        <translation>Die Datei des Programms</translation>
    </message>
    <message>
        <source>Connecting out or in</source>
        <translation>Verbindung hinaus oder herein</translation>
    </message>
    <message>
        <source>Which remote addresses</source>
        <translation>Welche Adressen der Gegenseite</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Remote port or ports</source>
        <translation>Port oder Ports der Gegenseite</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Choose the program&apos;s file</source>
        <translation>Die Datei des Programms auswählen</translation>
    </message>
    <message>
        <source>any program</source>
        <translation>jedes Programm</translation>
    </message>
    <message>
        <source>any port</source>
        <translation>jeder Port</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindet sich</translation>
    </message>
    <message>
        <source>With</source>
        <translation>Mit</translation>
    </message>
    <message>
        <source>Remote port</source>
        <translation>Port der Gegenseite</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Port or ports on this machine</source>
        <translation>Port oder Ports auf diesem Rechner</translation>
    </message>
    <message>
        <source>The script that the program runs</source>
        <translation>Das Skript, das vom Programm ausgeführt wird</translation>
    </message>
    <message>
        <source>Only when started by this program</source>
        <translation>Nur, wenn von diesem Programm gestartet</translation>
    </message>
    <message>
        <source>Only for the user with this number</source>
        <translation>Nur für den Benutzer mit dieser Nummer</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>every user</source>
        <translation>jeder Benutzer</translation>
    </message>
    <message>
        <source>Port here</source>
        <translation>Port hier</translation>
    </message>
    <message>
        <source>Script</source>
        <translation>Skript</translation>
    </message>
    <message>
        <source>Started by</source>
        <translation>Gestartet von</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>für immer</translation>
    </message>
    <message>
        <source>until restart</source>
        <translation>bis zum Neustart</translation>
    </message>
    <message>
        <source>for 5 minutes</source>
        <translation>für 5 Minuten</translation>
    </message>
    <message>
        <source>for 1 hour</source>
        <translation>für 1 Stunde</translation>
    </message>
    <message>
        <source>for 1 day</source>
        <translation>für 1 Tag</translation>
    </message>
    <message>
        <source>New rule</source>
        <translation>Neue Regel</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>A script needs the program that runs it, such as /usr/bin/python3.</source>
        <translation>Ein Skript braucht das Programm, das es ausführt, etwa /usr/bin/python3.</translation>
    </message>
    <message>
        <source>“%1” is not a whole path: it has to begin with a slash, such as /usr/bin/curl.</source>
        <translation>„%1“ ist kein ganzer Pfad: Er muss mit einem Schrägstrich beginnen, etwa /usr/bin/curl.</translation>
    </message>
    <message>
        <source>The program that starts it has to be a whole path, such as /usr/bin/bash.</source>
        <translation>Das startende Programm muss ein ganzer Pfad sein, etwa /usr/bin/bash.</translation>
    </message>
    <message>
        <source>“%1” is not a user&apos;s number. Yours is often 1000.</source>
        <translation>„%1“ ist keine Benutzernummer. Die eigene ist oft 1000.</translation>
    </message>
    <message>
        <source>“%1”: a network of this kind has at most /32.</source>
        <translation>„%1“: Ein Netz dieser Art hat höchstens /32.</translation>
    </message>
    <message>
        <source>“%1” is not the beginning of a network. A network looks like 10.0.0.0/8 or 2001:db8::/32.</source>
        <translation>„%1“ ist nicht der Anfang eines Netzes. Ein Netz sieht aus wie 10.0.0.0/8 oder 2001:db8::/32.</translation>
    </message>
    <message>
        <source>“%1” is not a port. Ports go from 0 to 65535; several in a row look like 8000-8080.</source>
        <translation>„%1“ ist kein Port. Ports gehen von 0 bis 65535; mehrere hintereinander sehen aus wie 8000-8080.</translation>
    </message>
    <message>
        <source>%1 has no ports: leave the ports empty.</source>
        <translation>%1 hat keine Ports: die Ports leer lassen.</translation>
    </message>
    <message>
        <source>This program has no file to know it by: a rule for it cannot last for ever.</source>
        <translation>Dieses Programm hat keine Datei, an der es zu erkennen wäre: Eine Regel dafür kann nicht für immer gelten.</translation>
    </message>
    <message>
        <source>This rule does not fit together: %1</source>
        <translation>Diese Regel passt nicht zusammen: %1</translation>
    </message>
    <message>
        <source>this name or address</source>
        <translation>dieser Name, diese Adresse</translation>
    </message>
    <message>
        <source>Name, address or network</source>
        <translation>Name, Adresse oder Netz</translation>
    </message>
    <message>
        <source>example.org, *.example.org or 10.0.0.0/8</source>
        <translation>example.org, *.example.org oder 10.0.0.0/8</translation>
    </message>
    <message>
        <source>Address or network on this machine</source>
        <translation>Adresse oder Netz auf diesem Rechner</translation>
    </message>
    <message>
        <source>Only through this network interface</source>
        <translation>Nur über diese Netzwerkschnittstelle</translation>
    </message>
    <message>
        <source>any address</source>
        <translation>jede Adresse</translation>
    </message>
    <message>
        <source>any interface</source>
        <translation>jede Schnittstelle</translation>
    </message>
    <message>
        <source>Address here</source>
        <translation>Adresse hier</translation>
    </message>
    <message>
        <source>Interface</source>
        <translation>Schnittstelle</translation>
    </message>
    <message>
        <source>“%1” is not an address. An address looks like 192.0.2.7 or 2001:db8::7.</source>
        <translation>„%1“ ist keine Adresse. Eine Adresse sieht aus wie 192.0.2.7 oder 2001:db8::7.</translation>
    </message>
    <message>
        <source>Type a name such as example.org, an address such as 192.0.2.7, or a network such as 10.0.0.0/8.</source>
        <translation>Einen Namen wie example.org, eine Adresse wie 192.0.2.7 oder ein Netz wie 10.0.0.0/8 eingeben.</translation>
    </message>
    <message>
        <source>“%1” is this machine: choose “this machine” above.</source>
        <translation>„%1“ ist dieser Rechner: wählen Sie oben „dieser Rechner“.</translation>
    </message>
    <message>
        <source>“%1”: a star may stand in front only, as in *.example.org.</source>
        <translation>„%1“: ein Stern darf nur vorne stehen, wie in *.example.org.</translation>
    </message>
    <message>
        <source>“%1” is not a name. A name looks like example.org; *.example.org is everything below it, .example.org is both.</source>
        <translation>„%1“ ist kein Name. Ein Name sieht aus wie example.org; *.example.org ist alles darunter, .example.org beides.</translation>
    </message>
    <message>
        <source>what is in this list</source>
        <translation>was in dieser Liste steht</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>“%1” is not the short name of a list. The page Lists shows them.</source>
        <translation>„%1“ ist nicht der Kurzname einer Liste. Die Seite Listen zeigt sie.</translation>
    </message>
    <message>
        <source>short name of a list</source>
        <translation>Kurzname einer Liste</translation>
    </message>
    <message>
        <source>Log to the system&apos;s journal</source>
        <translation>Ins Journal des Systems schreiben</translation>
    </message>
    <message>
        <source>Allow, block or audit</source>
        <translation>Erlauben, blockieren oder Probelauf</translation>
    </message>
    <message>
        <source>Quota</source>
        <translation>Kontingent</translation>
    </message>
    <message>
        <source>Plain HTTP</source>
        <translation>Einfaches HTTP</translation>
    </message>
    <message>
        <source>For this choose TCP as the protocol.</source>
        <translation>Dafür TCP als Protokoll wählen.</translation>
    </message>
    <message>
        <source>For this choose connecting out.</source>
        <translation>Dafür „Verbindet sich: hinaus“ wählen.</translation>
    </message>
    <message>
        <source>For this choose connecting out, and TCP as the protocol.</source>
        <translation>Dafür „Verbindet sich: hinaus“ wählen, und TCP als Protokoll.</translation>
    </message>
    <message>
        <source>A script is a program of its own: without one, the rule is not for the scripts that the program runs.</source>
        <translation>Ein Skript ist ein Programm für sich: Ohne eines gilt die Regel nicht für die Skripte, die das Programm ausführt.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>Neue Regel</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Verdoppeln</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>What would decide?</source>
        <translation>Was würde entscheiden?</translation>
    </message>
    <message>
        <source>By program</source>
        <translation>Nach Programm</translation>
    </message>
    <message>
        <source>Import rules</source>
        <translation>Regeln importieren</translation>
    </message>
    <message>
        <source>Rules (*.json)</source>
        <translation>Regeln (*.json)</translation>
    </message>
    <message>
        <source>Export rules</source>
        <translation>Regeln exportieren</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Import and export rules</source>
        <translation>Regeln importieren und exportieren</translation>
    </message>
    <message>
        <source>Import and add…</source>
        <translation>Importieren und hinzufügen …</translation>
    </message>
    <message>
        <source>Import in place of my rules…</source>
        <translation>Anstelle der eigenen Regeln importieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Program in memory</source>
        <translation>Programm im Speicher</translation>
    </message>
    <message>
        <source>%1 (off)</source>
        <comment>a rule that is switched off</comment>
        <translation>%1 (aus)</translation>
    </message>
    <message>
        <source>until the program exits</source>
        <translation>bis das Programm endet</translation>
    </message>
    <message>
        <source>Rule %1 is no more.</source>
        <translation>Regel %1 gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The administrator made this rule: it can only be looked at.</source>
        <translation>Diese Regel stammt von der Verwaltung: Sie lässt sich nur ansehen.</translation>
    </message>
    <message>
        <source>The file cannot be read: %1</source>
        <translation>Die Datei lässt sich nicht lesen: %1</translation>
    </message>
    <message>
        <source>The file is too large to be a file of rules.</source>
        <translation>Die Datei ist zu groß für eine Regeldatei.</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>Wird importiert …</translation>
    </message>
    <message>
        <source>Nothing was imported. %1</source>
        <translation>Es wurde nichts importiert. %1</translation>
    </message>
    <message>
        <source>Imported: %1 rules added, %2 removed, %3 as before</source>
        <translation>Importiert: %1 Regeln hinzugefügt, %2 entfernt, %3 wie zuvor</translation>
    </message>
    <message>
        <source>The file cannot be written: %1</source>
        <translation>Die Datei lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>The rules are in %1</source>
        <translation>Die Regeln stehen in %1</translation>
    </message>
    <message>
        <source>No rule fits the search.</source>
        <translation>Keine Regel passt zur Suche.</translation>
    </message>
    <message>
        <source>The firewall service is away. Its rules appear when it is back.</source>
        <translation>Der Firewall-Dienst ist fort. Seine Regeln erscheinen, wenn er wieder da ist.</translation>
    </message>
    <message>
        <source>There are no rules yet.
They appear here as you answer questions, or when you make one with “New rule”.</source>
        <translation>Es gibt noch keine Regeln.
Sie erscheinen hier, wenn Fragen beantwortet oder mit „Neue Regel“ welche erstellt werden.</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>, %1 left out because their time is over</source>
        <translation>, %1 weggelassen, weil ihre Zeit um ist</translation>
    </message>
</context>
<context>
    <name>sallyport::views::SettingsPage</name>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Remove all my rules</source>
        <translation>Alle eigenen Regeln entfernen</translation>
    </message>
    <message>
        <source>Turn the firewall off until restart</source>
        <translation>Die Firewall bis zum Neustart ausschalten</translation>
    </message>
    <message>
        <source>What happens to a connection without a rule</source>
        <translation>Was mit einer Verbindung ohne Regel geschieht</translation>
    </message>
    <message>
        <source> seconds</source>
        <translation> Sekunden</translation>
    </message>
    <message>
        <source>How long a connection waits for an answer</source>
        <translation>Wie lange eine Verbindung auf eine Antwort wartet</translation>
    </message>
    <message>
        <source>It waits, then it is blocked</source>
        <translation>Sie wartet, dann wird sie blockiert</translation>
    </message>
    <message>
        <source>It is blocked at once</source>
        <translation>Sie wird sofort blockiert</translation>
    </message>
    <message>
        <source>It is allowed</source>
        <translation>Sie wird erlaubt</translation>
    </message>
    <message>
        <source>What happens to a connection when nobody is logged in</source>
        <translation>Was mit einer Verbindung geschieht, wenn niemand angemeldet ist</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <source>How long the history is kept</source>
        <translation>Wie lange der Verlauf aufbewahrt wird</translation>
    </message>
    <message>
        <source>Connections without a rule</source>
        <translation>Verbindungen ohne Regel</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>A connection waits for</source>
        <translation>Eine Verbindung wartet</translation>
    </message>
    <message>
        <source>When nobody is logged in</source>
        <translation>Wenn niemand angemeldet ist</translation>
    </message>
    <message>
        <source>Keep the history for</source>
        <translation>Verlauf aufbewahren für</translation>
    </message>
    <message>
        <source>When something does not work any more</source>
        <translation>Wenn etwas nicht mehr geht</translation>
    </message>
    <message>
        <source>If a program cannot reach the network and you do not know which rule stops it, look it up in Connections or History: each says what decided. These two get you out in any case.</source>
        <translation>Wenn ein Programm das Netz nicht erreicht und unklar ist, welche Regel es aufhält, hilft ein Blick in Verbindungen oder Verlauf: Dort steht jeweils, was entschieden hat. Diese beiden helfen in jedem Fall.</translation>
    </message>
    <message>
        <source>Deletes what you made, answered and imported. Starter rules and the administrator&apos;s stay. It can be taken back.</source>
        <translation>Löscht selbst erstellte, beantwortete und importierte Regeln. Grundregeln und die der Verwaltung bleiben. Das lässt sich zurücknehmen.</translation>
    </message>
    <message>
        <source>Everything passes, until the next start of this computer and at most for 24 hours. “Resume” above ends it.</source>
        <translation>Alles wird durchgelassen, bis zum nächsten Start dieses Rechners und höchstens 24 Stunden lang. „Fortsetzen“ oben beendet es.</translation>
    </message>
    <message>
        <source>Settings saved</source>
        <translation>Einstellungen gespeichert</translation>
    </message>
    <message>
        <source>It waits until you allow or block it.</source>
        <translation>Sie wartet, bis sie erlaubt oder blockiert wird.</translation>
    </message>
    <message>
        <source>It is let through and listed as undecided, for you to look at later.</source>
        <translation>Sie wird durchgelassen und als unentschieden aufgelistet, um später angesehen zu werden.</translation>
    </message>
    <message>
        <source>It is blocked without a question.</source>
        <translation>Sie wird ohne Frage blockiert.</translation>
    </message>
    <message>
        <source>Sallyport %1. Traffic that this computer forwards for others (virtual machines, hotspots) is not filtered.</source>
        <translation>Sallyport %1. Verkehr, den dieser Rechner für andere weiterleitet (virtuelle Maschinen, Hotspots), wird nicht gefiltert.</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>How large the history may grow</source>
        <translation>Wie groß der Verlauf werden darf</translation>
    </message>
    <message>
        <source>But at most</source>
        <translation>Aber höchstens</translation>
    </message>
    <message>
        <source>This window</source>
        <translation>Dieses Fenster</translation>
    </message>
    <message>
        <source>Show the traffic below the connections</source>
        <translation>Den Datenverkehr unter den Verbindungen zeigen</translation>
    </message>
    <message>
        <source>It is let through and recorded as audited: what Lock down would block.</source>
        <translation>Sie wird probeweise durchgelassen und aufgezeichnet: als das, was Abriegeln blockieren würde.</translation>
    </message>
    <message>
        <source>Choose a file of countries…</source>
        <translation>Datei mit Ländern auswählen …</translation>
    </message>
    <message>
        <source>A file in MaxMind&apos;s format</source>
        <translation>Eine Datei im Format von MaxMind</translation>
    </message>
    <message>
        <source>MaxMind DB (*.mmdb)</source>
        <translation>MaxMind-Datenbank (*.mmdb)</translation>
    </message>
    <message>
        <source>Countries of addresses are looked up in %1.</source>
        <translation>Länder von Adressen werden in %1 nachgeschlagen.</translation>
    </message>
    <message>
        <source>Show the welcome again</source>
        <translation>Die Begrüßung noch einmal zeigen</translation>
    </message>
    <message>
        <source>Until %1, then you are asked.</source>
        <extracomment>after what the mode does with a connection; %1: a day or a time</extracomment>
        <translation>Bis %1, danach werden Sie gefragt.</translation>
    </message>
    <message>
        <source>Quit Sallyport (Ctrl+Q)</source>
        <translation>Sallyport beenden (Strg+Q)</translation>
    </message>
    <message>
        <source>Window, questions and tray icon go until you start Sallyport again. The firewall goes on: your rules hold, and nobody asks you about what has none.</source>
        <translation>Fenster, Fragen und Symbol in der Leiste verschwinden, bis Sie Sallyport wieder starten. Die Firewall läuft weiter: Ihre Regeln gelten, und nach dem, was keine hat, fragt niemand.</translation>
    </message>
    <message>
        <source>DNS answers that nobody asked for: %1. No name was taken from them.</source>
        <translation>DNS-Antworten, nach denen niemand gefragt hatte: %1. Kein Name stammt aus ihnen.</translation>
    </message>
    <message>
        <source>DNS answers that could not be read to their end: %1.</source>
        <translation>DNS-Antworten, die nicht bis zum Ende lesbar waren: %1.</translation>
    </message>
    <message>
        <source>Packets that could not be read, and did not pass: %1.</source>
        <translation>Pakete, die nicht lesbar waren und nicht durchkamen: %1.</translation>
    </message>
    <message>
        <source>Reports of the kernel for which there was no room: %1.</source>
        <translation>Meldungen des Kernels, für die kein Platz war: %1.</translation>
    </message>
    <message>
        <source>Since the firewall started:</source>
        <translation>Seit die Firewall läuft:</translation>
    </message>
    <message>
        <source>Where you have a file in MaxMind&apos;s format (GeoLite2 or DB-IP, of countries or cities), questions, the history and details of a connection name the country of the address.</source>
        <translation>Haben Sie eine Datei im Format von MaxMind (GeoLite2 oder DB-IP, mit Ländern oder Städten), so nennen Fragen, der Verlauf und die Einzelheiten einer Verbindung das Land der Adresse.</translation>
    </message>
    <message>
        <source>Start with the session</source>
        <translation>Mit der Sitzung starten</translation>
    </message>
    <message>
        <source>Show a notification when a question cannot be seen</source>
        <translation>Benachrichtigen, wenn eine Frage nicht zu sehen ist</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Whoever sits at this computer may answer for their own programs, and sees the connections of everybody. Answers for programs of the system, and changes of rules, mode and settings, need an administrator&apos;s password. Administrators can change that in polkit (org.sallyport).</source>
        <translation>Wer an diesem Computer sitzt, darf für die eigenen Programme antworten und sieht die Verbindungen aller. Antworten für Programme des Systems und Änderungen an Regeln, Modus und Einstellungen brauchen das Passwort eines Administrators. Administratoren können das in polkit (org.sallyport) ändern.</translation>
    </message>
    <message>
        <source>An answer for ever needs a password</source>
        <translation>Eine Antwort für immer braucht ein Passwort</translation>
    </message>
    <message>
        <source>The one of who answers: another program of theirs could answer, too, but does not know it.</source>
        <translation>Das der Person, die antwortet: Auch ein anderes ihrer Programme könnte antworten, kennt es aber nicht.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::WaitingPage</name>
    <message>
        <source>Answer…</source>
        <translation>Antworten …</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Waiting and missed connections</source>
        <translation>Wartende und verpasste Verbindungen</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Program in memory</source>
        <translation>Programm im Speicher</translation>
    </message>
    <message>
        <source>Nothing waits and nothing was missed.
When a program without a rule connects, it waits here for your answer; what nobody answers in time is blocked once and kept here as missed.</source>
        <translation>Nichts wartet und nichts wurde verpasst.
Wenn sich ein Programm ohne Regel verbindet, wartet es hier auf eine Antwort; was niemand rechtzeitig beantwortet, wird einmalig blockiert und bleibt hier als verpasst stehen.</translation>
    </message>
    <message>
        <source>Open the question with all its choices</source>
        <translation>Die Frage mit allen Möglichkeiten öffnen</translation>
    </message>
    <message>
        <source>Take missed connections off the list; no rule is made</source>
        <translation>Verpasste Verbindungen von der Liste nehmen; es entsteht keine Regel</translation>
    </message>
    <message>
        <source>Waiting and missed</source>
        <translation>Wartend, verpasst</translation>
    </message>
    <message>
        <source>Connections that Learn let through</source>
        <translation>Verbindungen, die Lernen durchgelassen hat</translation>
    </message>
    <message>
        <source>In the mode Learn, what has no rule is let through and listed here while it lasts, to be allowed or blocked for ever. What ended is in History: search there for state:undecided.</source>
        <translation>Im Modus Lernen wird durchgelassen, was keine Regel hat, und steht hier, solange es dauert, um für immer erlaubt oder blockiert zu werden. Was endete, steht im Verlauf: dort nach state:undecided suchen.</translation>
    </message>
    <message>
        <source>Allow the selected connections</source>
        <translation>Die gewählten Verbindungen erlauben</translation>
    </message>
    <message>
        <source>Block the selected connections</source>
        <translation>Die gewählten Verbindungen blockieren</translation>
    </message>
    <message>
        <source>Select programs, remotes or connections: each becomes a rule.</source>
        <translation>Programme, Gegenseiten oder Verbindungen auswählen: Aus jeder wird eine Regel.</translation>
    </message>
    <message>
        <source>Let through by Learn, undecided</source>
        <translation>Von Lernen durchgelassen, unentschieden</translation>
    </message>
    <message>
        <source>Missed: blocked, %1</source>
        <comment>time</comment>
        <translation>Verpasst: blockiert, %1</translation>
    </message>
    <message>
        <source>Waiting, %1 s left</source>
        <translation>Wartet, noch %1 s</translation>
    </message>
    <message>
        <source>missed</source>
        <translation>verpasst</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>Allow or Block here counts for: %1.</source>
        <translation>Erlauben oder Blockieren gilt hier für: %1.</translation>
    </message>
    <message>
        <source>Select one or several to answer them.</source>
        <translation>Eine oder mehrere auswählen, um sie zu beantworten.</translation>
    </message>
    <message>
        <source>Selected: %1</source>
        <translation>Ausgewählt: %1</translation>
    </message>
    <message>
        <source>It is over, and there is no rule for a path with control characters, or one this long.</source>
        <translation>Sie ist vorbei, und für einen Pfad mit Steuerzeichen, oder einen so langen, gibt es keine Regel.</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Gegenseite</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>direction, address</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>sallyport::views::WelcomeAbout</name>
    <message>
        <source>You decide which program talks to whom</source>
        <translation>Sie entscheiden, welches Programm mit wem spricht</translation>
    </message>
    <message>
        <source>When a program wants to connect and no rule says whether it may, the connection waits and you are asked. Your answer becomes a rule, for as long as you say.</source>
        <translation>Will ein Programm eine Verbindung aufbauen und keine Regel sagt, ob es darf, so wartet die Verbindung, und Sie werden gefragt. Aus Ihrer Antwort wird eine Regel, für so lange, wie Sie es sagen.</translation>
    </message>
    <message>
        <source>Every answer can be taken back: all rules are listed in the window, and for every connection it says what decided.</source>
        <translation>Jede Antwort lässt sich zurücknehmen: Das Fenster führt alle Regeln auf und sagt bei jeder Verbindung, was entschieden hat.</translation>
    </message>
    <message>
        <source>What a computer needs in order to run, such as looking up names and setting its clock, has rules from the start. They are rules like any other.</source>
        <translation>Was ein Computer zum Laufen braucht, etwa Namen nachschlagen und die Uhr stellen, hat von Anfang an Regeln. Es sind Regeln wie alle anderen.</translation>
    </message>
    <message>
        <source>Protection goes on when the window is closed, and nothing that is seen here leaves this computer.</source>
        <translation>Der Schutz besteht weiter, wenn das Fenster geschlossen ist, und nichts von dem, was hier zu sehen ist, verlässt diesen Computer.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::WelcomeChoice</name>
    <message>
        <source>&amp;Ask me</source>
        <translation>&amp;Mich fragen</translation>
    </message>
    <message>
        <source>&amp;Learn for a week</source>
        <translation>Eine Woche &amp;lernen</translation>
    </message>
    <message>
        <source>What shall happen to a connection without a rule?</source>
        <translation>Was soll mit einer Verbindung ohne Regel geschehen?</translation>
    </message>
    <message>
        <source>It waits until you allow or block it, a minute at most. There are some questions in the first days, and few later.</source>
        <translation>Sie wartet, bis Sie sie erlauben oder blockieren, höchstens eine Minute. In den ersten Tagen kommen einige Fragen, später wenige.</translation>
    </message>
    <message>
        <source>It counts for everybody who uses this computer, and a password may be asked for. The mode can be changed at any time, at the top of the window and in the menu of the tray icon.</source>
        <translation>Das gilt für alle, die diesen Computer benutzen, und vielleicht wird nach einem Passwort gefragt. Der Modus lässt sich jederzeit ändern, oben im Fenster und im Menü des Symbols in der Leiste.</translation>
    </message>
    <message>
        <source>Until %1 it passes and is noted down; then you are asked. What passed is listed under “Waiting and missed” while it lasts, and then in the history, for you to allow or block.</source>
        <extracomment>%1: a day or a time</extracomment>
        <translation>Bis %1 wird sie durchgelassen und vermerkt, danach werden Sie gefragt. Was durchgelassen wurde, steht, solange es besteht, unter „Wartend, verpasst“ und dann im Verlauf, damit Sie es erlauben oder blockieren können.</translation>
    </message>
    <message>
        <source>Lea&amp;ve it as it is: %1</source>
        <comment>the mode</comment>
        <translation>So &amp;belassen, wie es ist: %1</translation>
    </message>
    <message>
        <source>The firewall service does not answer: the mode cannot be chosen now.</source>
        <translation>Der Firewall-Dienst antwortet nicht: Der Modus lässt sich jetzt nicht wählen.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::WelcomeNow</name>
    <message>
        <source>Programs that communicate now</source>
        <translation>Programme, die gerade kommunizieren</translation>
    </message>
    <message>
        <source>Show all &amp;connections</source>
        <translation>Alle &amp;Verbindungen zeigen</translation>
    </message>
    <message>
        <source>What your computer does now</source>
        <translation>Was Ihr Computer gerade tut</translation>
    </message>
    <message>
        <source>These programs are connected at the moment, or wait for an answer. Whoever is allowed without a question has a rule, or the mode lets it pass.</source>
        <translation>Diese Programme sind gerade verbunden oder warten auf eine Antwort. Was ohne Frage erlaubt ist, hat eine Regel, oder der Modus lässt es durch.</translation>
    </message>
    <message>
        <source>Blocked once because nobody answered in time: %1. They are listed under “Waiting and missed”.</source>
        <translation>Einmal blockiert, weil niemand rechtzeitig geantwortet hat: %1. Sie stehen unter „Wartend, verpasst“.</translation>
    </message>
    <message>
        <source>No program communicates at the moment.
As soon as one does, it appears here.</source>
        <translation>Gerade kommuniziert kein Programm.
Sobald eines es tut, erscheint es hier.</translation>
    </message>
    <message>
        <source>The firewall service does not answer.</source>
        <translation>Der Firewall-Dienst antwortet nicht.</translation>
    </message>
</context>
<context>
    <name>sallyport::views::WelcomeWindow</name>
    <message>
        <source>&amp;Skip</source>
        <translation>Über&amp;springen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <comment>to the page before</comment>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Welcome to Sallyport</source>
        <translation>Willkommen bei Sallyport</translation>
    </message>
    <message>
        <source>Close this; nothing is changed. It can be shown again from Settings.</source>
        <translation>Schließen, ohne etwas zu ändern. In den Einstellungen lässt es sich noch einmal zeigen.</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <comment>page</comment>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>page 1 of 3</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Connections that wait for your answer: %1. You are asked as soon as this is closed.</source>
        <translation>Verbindungen, die auf Ihre Antwort warten: %1. Sie werden gefragt, sobald dies geschlossen ist.</translation>
    </message>
</context>
<context>
    <name>sallyport::widgets::MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>sallyport::widgets::RowActions</name>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Allow what this row stands for</source>
        <translation>Erlauben, wofür diese Zeile steht</translation>
    </message>
    <message>
        <source>Allow what this row stands for (A)</source>
        <translation>Erlauben, wofür diese Zeile steht (A)</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Block what this row stands for</source>
        <translation>Blockieren, wofür diese Zeile steht</translation>
    </message>
    <message>
        <source>Block what this row stands for (B)</source>
        <translation>Blockieren, wofür diese Zeile steht (B)</translation>
    </message>
</context>
<context>
    <name>sallyport::widgets::TrafficGraph</name>
    <message>
        <source>Traffic of the last 5 minutes</source>
        <translation>Datenverkehr der letzten 5 Minuten</translation>
    </message>
    <message>
        <source>Drag over a span of time to see only the connections that were alive in it. A click or Escape shows all again. With the keyboard: arrows, with Shift to make it longer.</source>
        <translation>Über eine Zeitspanne ziehen, um nur die Verbindungen zu sehen, die in ihr bestanden. Ein Klick oder Escape zeigt wieder alle. Mit der Tastatur: Pfeiltasten, mit Umschalt wird sie länger.</translation>
    </message>
    <message>
        <source>Only connections that were alive between %1 and %2 are shown</source>
        <translation>Nur Verbindungen, die zwischen %1 und %2 bestanden, werden gezeigt</translation>
    </message>
    <message>
        <source>All connections are shown; arrow keys choose a span of time</source>
        <translation>Alle Verbindungen werden gezeigt; Pfeiltasten wählen eine Zeitspanne</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic</comment>
        <translation>Empfang %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic</comment>
        <translation>Senden %1</translation>
    </message>
    <message>
        <source>5 minutes, up to %1</source>
        <comment>traffic: span of the graph, highest rate</comment>
        <translation>5 Minuten, bis %1</translation>
    </message>
</context>
</TS>
