<?xml version="1.0" encoding="UTF-8"?>
<!-- Of the compliance report (compliance.xsl): the verdict, and what a program reads of it.  A
     <script> of type application/json is data: nothing runs it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:str="http://exslt.org/strings" xmlns:pgs="urn:pgstair:report"
                exclude-result-prefixes="str pgs">

  <xsl:variable name="record" select="/pgstair-record"/>
  <xsl:variable name="warnings-fail"
                select="$record/@fail-on-warning = 'true' or $record/@fail-on-warning = '1'"/>
  <xsl:variable name="all-required"
                select="$record/@require-all = 'true' or $record/@require-all = '1'"/>
  <xsl:variable name="failed"
                select="$record/finding[@status = 'failed' or @status = 'error' or
                                        (@status = 'warning' and $warnings-fail)]"/>
  <xsl:variable name="unmet"
                select="$record/system/requirement[@fails = 'true' or @fails = '1']"/>
  <!-- As pgs_record_has_verdict(): what was skipped, and notes on the folder, the project's file and
       the run, are no verdict. -->
  <xsl:variable name="judged"
                select="$record/finding[@status != 'skipped' and
                                        not(@status = 'info' and starts-with(@check, 'folder.')) and
                                        not((@status = 'info' or @status = 'warning') and
                                            (starts-with(@check, 'accept.') or starts-with(@check, 'run.')
                                             or starts-with(@check, 'tolerance.')))]"/>
  <xsl:variable name="verified"
                select="boolean($judged) and not($failed) and not($unmet) and not($record/shard)"/>

  <!-- The version of the pgstair that makes this; not the record's. -->
  <xsl:variable name="writer">
    <xsl:if test="function-available('pgs:version')"><xsl:value-of select="pgs:version()"/></xsl:if>
  </xsl:variable>

  <xsl:key name="system" match="system" use="@name"/>
  <xsl:key name="by-system" match="finding" use="@system"/>

  <xsl:template name="data">
    <xsl:text>&#10;</xsl:text>
    <script type="application/json" id="pgstair-compliance">
      <xsl:text>{"format": "pgstair-compliance", "version": 1, "writer": </xsl:text>
      <xsl:call-template name="string"><xsl:with-param name="text" select="string($writer)"/></xsl:call-template>
      <xsl:text>,&#10; "verdict": </xsl:text>
      <xsl:choose>
        <xsl:when test="$verified">"verified"</xsl:when>
        <xsl:otherwise>"not verified"</xsl:otherwise>
      </xsl:choose>
      <xsl:value-of select="concat(', &quot;fail-on-warning&quot;: ', $warnings-fail, ', &quot;require-all&quot;: ', $all-required)"/>
      <xsl:text>,&#10; "pgstair": </xsl:text>
      <xsl:call-template name="string"><xsl:with-param name="text" select="@pgstair"/></xsl:call-template>
      <xsl:text>, "started": </xsl:text>
      <xsl:call-template name="string"><xsl:with-param name="text" select="@started"/></xsl:call-template>
      <xsl:text>,&#10; "records": [</xsl:text>
      <xsl:for-each select="source">
        <xsl:if test="position() &gt; 1">, </xsl:if>
        <xsl:call-template name="object"><xsl:with-param name="members" select="@path | @sha256"/></xsl:call-template>
      </xsl:for-each>
      <xsl:text>],&#10; "systems": [</xsl:text>
      <xsl:for-each select="system">
        <xsl:if test="position() &gt; 1">,</xsl:if>
        <xsl:apply-templates select="." mode="data"/>
      </xsl:for-each>
      <xsl:text>]}&#10;</xsl:text>
    </script>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <xsl:template match="system" mode="data">
    <xsl:variable name="findings" select="key('by-system', @name)"/>
    <xsl:text>&#10;  {"name": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="text" select="@name"/></xsl:call-template>
    <xsl:for-each select="@folder | @config | @format | @server-version | @revisions">
      <xsl:call-template name="member"/>
    </xsl:for-each>
    <xsl:if test="git">
      <xsl:text>,&#10;   "git": </xsl:text>
      <xsl:call-template name="object"><xsl:with-param name="members" select="git/@*"/></xsl:call-template>
    </xsl:if>
    <xsl:text>,&#10;   "findings": {</xsl:text>
    <xsl:call-template name="counted"><xsl:with-param name="findings" select="$findings"/></xsl:call-template>
    <xsl:text>},&#10;   "requirements": [</xsl:text>
    <xsl:for-each select="requirement">
      <xsl:if test="position() &gt; 1">,&#10;     </xsl:if>
      <xsl:call-template name="object"><xsl:with-param name="members" select="@id | @phase | @state | @fails"/></xsl:call-template>
    </xsl:for-each>
    <xsl:text>],&#10;   "files": [</xsl:text>
    <xsl:for-each select="file | revision/file">
      <xsl:if test="position() &gt; 1">,&#10;     </xsl:if>
      <xsl:call-template name="object"><xsl:with-param name="members" select="../@label | @*"/></xsl:call-template>
    </xsl:for-each>
    <xsl:text>]}</xsl:text>
  </xsl:template>

  <xsl:template name="counted">
    <xsl:param name="findings"/>
    <xsl:value-of select="concat('&quot;passed&quot;: ', count($findings[@status = 'passed']),
                                 ', &quot;failed&quot;: ', count($findings[@status = 'failed']),
                                 ', &quot;error&quot;: ', count($findings[@status = 'error']),
                                 ', &quot;accepted&quot;: ', count($findings[@status = 'accepted']),
                                 ', &quot;warning&quot;: ', count($findings[@status = 'warning']),
                                 ', &quot;skipped&quot;: ', count($findings[@status = 'skipped']),
                                 ', &quot;info&quot;: ', count($findings[@status = 'info']))"/>
  </xsl:template>

  <!-- ==== JSON ==== -->

  <xsl:template name="object">
    <xsl:param name="members"/>
    <xsl:text>{</xsl:text>
    <xsl:for-each select="$members">
      <xsl:call-template name="member"><xsl:with-param name="first" select="position() = 1"/></xsl:call-template>
    </xsl:for-each>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <!-- An attribute; all values are strings, as the record has them. -->
  <xsl:template name="member">
    <xsl:param name="first" select="false()"/>
    <xsl:if test="not($first)">, </xsl:if>
    <xsl:value-of select="concat('&quot;', name(), '&quot;: ')"/>
    <xsl:call-template name="string"><xsl:with-param name="text" select="."/></xsl:call-template>
  </xsl:template>

  <!-- "<" too is written by its number: nothing in a text can end the element.  XML leaves no other
       control characters than these three. -->
  <xsl:template name="string">
    <xsl:param name="text"/>
    <xsl:variable name="a" select="str:replace(string($text), '\', '\\')"/>
    <xsl:variable name="b" select="str:replace(string($a), '&quot;', '\&quot;')"/>
    <xsl:variable name="c" select="str:replace(string($b), '&lt;', '\u003c')"/>
    <xsl:variable name="d" select="str:replace(string($c), '&gt;', '\u003e')"/>
    <xsl:variable name="e" select="str:replace(string($d), '&#10;', '\n')"/>
    <xsl:variable name="f" select="str:replace(string($e), '&#9;', '\t')"/>
    <xsl:variable name="g" select="str:replace(string($f), '&#13;', '\r')"/>
    <xsl:value-of select="concat('&quot;', str:replace(string($g), '&amp;', '\u0026'), '&quot;')"
                  disable-output-escaping="yes"/>
  </xsl:template>

  <!-- A word of a shell's command line: within single quotes only they end it. -->
  <xsl:variable name="quote">'</xsl:variable>
  <xsl:template name="shell">
    <xsl:param name="text"/>
    <xsl:value-of select="str:replace(string($text), $quote, concat($quote, '\', $quote, $quote))"/>
  </xsl:template>
</xsl:stylesheet>
